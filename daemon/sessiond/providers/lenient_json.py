"""JSON as providers and models really write it: fast when it is clean, tolerant when it is not.

The readers of all three APIs and `tool_arguments` use it. It never completes text that was cut.
"""

import json
from typing import Any, NoReturn, cast

import msgspec

MAX_DEPTH = 200
"""Levels of nesting; whatever holds the value later recurses too, so the limit stands well below Python's."""


def decode(text: str) -> Any:
    """The value of a JSON text; lone surrogates become U+FFFD, raw control characters are kept.

    Raises ValueError when the text is not JSON, or nests deeper than `MAX_DEPTH`.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"it nests more than {MAX_DEPTH} levels deep")
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        return with_whole_characters(json.loads(text, strict=False, parse_constant=_refuse_constant))


def whole_characters(text: str) -> str:
    """Joins surrogate halves that belong together and makes U+FFFD of lone ones; other text is returned as it is."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def with_whole_characters(value: Any) -> Any:
    """The same JSON value with `whole_characters` in every string and key."""
    if isinstance(value, str):
        return whole_characters(value)
    if isinstance(value, list):
        return [with_whole_characters(item) for item in cast(list[Any], value)]
    if isinstance(value, dict):
        pairs = cast(dict[str, Any], value).items()
        return {whole_characters(key): with_whole_characters(item) for key, item in pairs}
    return value


def _depth(text: str) -> int:
    """How deep brackets outside of strings nest."""
    depth = deepest = 0
    in_string = escaped = False
    for character in text:
        if in_string:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                in_string = False
        elif character == '"':
            in_string = True
        elif character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
