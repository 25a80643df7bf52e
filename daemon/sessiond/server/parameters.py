"""Gives parameters their type, or says in words which field is wrong and how.

Used by `dispatch.py` and the handshake. The wording follows msgspec's messages; a test holds the two together.
"""

import re
from typing import TypeVar

import msgspec

from sessiond_protocol.errors import ErrorCode, RpcError

Params = TypeVar("Params")

_WHERE = re.compile(r" - at `(key in )?\$\.?(.*)`$")
_MISSING = re.compile(r"Object missing required field `(.+)`")
_EXPECTED = re.compile(r"Expected `(.+)`, got `(.+)`")
_WORDS = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


def decode_params(raw: msgspec.Raw, kind: type[Params], method: str) -> Params:
    """Parameters by name; none at all are an empty object. Raises RpcError -32602."""
    text = bytes(raw)
    try:
        return msgspec.json.decode(b"{}" if text == b"null" else text, type=kind)
    except msgspec.ValidationError as error:
        if not text.startswith(b"{"):
            raise _invalid(f"parameters must be an object with names, not positions ({method})", "params") from error
        raise invalid_params(error, method) from error
    except RecursionError as error:
        raise _invalid(f"the parameters are nested too deeply ({method})", "params") from error


def invalid_params(error: msgspec.ValidationError, method: str, place: str = "") -> RpcError:
    """The RpcError for what msgspec found; `place` stands before the field's path."""
    complaint, path = str(error), ""
    if where := _WHERE.search(complaint):
        complaint, path = complaint[: where.start()], where[2]
    if missing := _MISSING.fullmatch(complaint):
        path = f"{path}.{missing[1]}" if path else missing[1]
        said = "is missing"
    elif expected := _EXPECTED.fullmatch(complaint):
        said = f"must be {_in_words(expected[1])}, not {_in_words(expected[2])}"
    else:
        said = f"is not allowed: {complaint[:1].lower()}{complaint[1:]}"
    field = f"{place}.{path}".strip(".") or "params"
    return _invalid(f"`{field}` {said} ({method})", field)


def _in_words(types: str) -> str:
    return " or ".join(_WORDS.get(name, name) for name in types.split(" | "))


def _invalid(message: str, field: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"field": field})
