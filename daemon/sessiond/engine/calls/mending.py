"""Mends the arguments of a call where only one thing can be meant, by the tool's JSON Schema (decision 0093).

Called by `arguments.py`, for built-in tools and those of MCP servers alike. Text that was cut is never completed, a
value is never guessed.
"""

import re
from typing import Any, cast

import msgspec

from sessiond.engine.calls.shapes import ObjectShape, Shape
from sessiond.engine.calls.spellings import WRAPPERS, bare, mean_the_same
from sessiond.tools.failure import ToolFailed

MAX_DEPTH = 20
"""Objects and lists within each other that are looked into; what is deeper stays as it is."""
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,2})?")
_TRUTH = {"true": True, "false": False}


def mended(shape: ObjectShape, arguments: dict[str, Any], depth: int = 0) -> dict[str, Any]:
    """The arguments under the schema's own names and in the forms it takes. What is not certain stays as it is.

    Raises ToolFailed where one thing is said in two ways that differ.
    """
    fields = shape.fields()
    if not shape.is_open():
        arguments = _own_names(fields, _unwrapped(fields, arguments))
    values = {
        name: _value(fields[name], value, depth) if name in fields else value for name, value in arguments.items()
    }
    return {name: value for name, value in values.items() if value is not None or not _says_nothing(shape, name)}


def _says_nothing(shape: ObjectShape, name: str) -> bool:
    """Whether `null` only stands for an argument that is left out."""
    fields = shape.fields()
    if name not in fields:
        return not shape.is_open()
    return name not in shape.required() and "null" not in fields[name].kinds()


def _unwrapped(fields: dict[str, Shape], arguments: dict[str, Any]) -> dict[str, Any]:
    """What is in `{"arguments": {…}}` and the like, where the tool has no argument of that name."""
    if len(arguments) == 1:
        ((name, value),) = arguments.items()
        value = _from_json(value)
        if name in WRAPPERS and isinstance(value, dict) and name not in fields:
            return cast(dict[str, Any], value)
    return arguments


def _own_names(fields: dict[str, Shape], arguments: dict[str, Any]) -> dict[str, Any]:
    named = {name: value for name, value in arguments.items() if name in fields}
    for name, value in arguments.items():
        own = name if name in fields else _meant(fields, name)
        if own is None or value is None:
            named.setdefault(name, value)
        elif own not in named or named[own] is None:
            named[own] = value
        elif named[own] != value:
            raise ToolFailed(f"`{name}` and `{own}` mean the same argument and differ. Send `{own}` only.")
    return named


def _meant(fields: dict[str, Shape], name: str) -> str | None:
    """The tool's own name for an argument, where only one can be meant."""
    spelt = [own for own in fields if bare(own) == bare(name)]
    candidates = spelt or [own for own in fields if mean_the_same(own, name)]
    return candidates[0] if len(candidates) == 1 else None


def _value(shape: Shape, value: Any, depth: int) -> Any:
    """A value in the form that its schema takes, and so are the values in it."""
    value = _of_kind(shape.kinds(), value)
    if depth >= MAX_DEPTH:
        return value
    if isinstance(value, dict) and (fields := shape.object()):
        return mended(fields, cast(dict[str, Any], value), depth + 1)
    if isinstance(value, list) and (each := shape.items()):
        return [_value(each, item, depth + 1) for item in cast(list[Any], value)]
    return cast(Any, value)


def _of_kind(kinds: frozenset[str], value: Any) -> Any:
    """Text that says a list, an object, a number or a truth value where no text is taken; a number where text is."""
    if isinstance(value, str) and "string" not in kinds:
        return _from_text(kinds, value)
    if (
        isinstance(value, int)
        and not isinstance(value, bool)
        and "string" in kinds
        and not kinds & {"integer", "number"}
    ):
        return str(value)
    return value


def _from_text(kinds: frozenset[str], text: str) -> Any:
    if "number" in kinds and _NUMBER.fullmatch(text):
        return msgspec.json.decode(text)
    if "integer" in kinds and _INTEGER.fullmatch(text):
        return int(text)
    if "boolean" in kinds and text.lower() in _TRUTH:
        return _TRUTH[text.lower()]
    return _from_json(text) if kinds & {"array", "object"} else text


def _from_json(value: Any) -> Any:
    """What a text says that is JSON of a list or an object as a whole; anything else as it is."""
    if not isinstance(value, str) or not value.strip().startswith(("[", "{")):
        return value
    try:
        return msgspec.json.decode(value)
    except (ValueError, RecursionError):
        return value
