"""Makes text harmless where it enters from a client: lone surrogates, which no UTF-8 can carry, become U+FFFD.

Called by `json_rpc.py` for the rare message that needs it.
"""

import json
import re
from typing import Any, NoReturn, cast

import msgspec

_ESCAPED_SURROGATE = re.compile(rb"\\u[dD][89abAB-fF]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def has_escaped_surrogate(body: bytes) -> bool:
    """Whether JSON has a `\\ud8xx` escape; one half of a pair, or alone, which msgspec refuses."""
    return b"\\u" in body and _ESCAPED_SURROGATE.search(body) is not None


def repaired(body: bytes) -> bytes:
    """The same JSON without lone surrogates. Raises ValueError (or RecursionError) for what is no JSON."""
    value = harmless(json.loads(body, parse_constant=_refuse))
    try:
        return msgspec.json.encode(value)
    except OverflowError as error:
        raise ValueError(str(error)) from error


def harmless(value: Any) -> Any:
    """A value as JSON has it, with every lone surrogate in its strings and keys replaced."""
    match value:
        case str():
            return _SURROGATE.sub("\ufffd", value)
        case list():
            return [harmless(member) for member in cast(list[Any], value)]
        case dict():
            return {harmless(key): harmless(member) for key, member in cast(dict[Any, Any], value).items()}
        case _:
            return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
