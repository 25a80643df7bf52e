"""JSON as providers and models really write it: fast when it is clean, tolerant when it is not.

The readers of all three APIs and `tool_arguments` use it. It never completes text that was cut.
"""

import json
from typing import Any, NoReturn, cast

import msgspec

MAX_DEPTH = 200
"""Levels of nesting; whatever holds the value later recurses too, so the limit stands well below Python's."""


def decode(text: str, *, keep_halves: bool = False) -> Any:
    """The value of a JSON text; raw control characters are kept, lone surrogates become U+FFFD.

    `keep_halves` leaves surrogates in, for a reader that may find the other half in the next piece.
    Raises ValueError when the text is not JSON, or nests deeper than `MAX_DEPTH`.
    """
    if text.count("[") + text.count("{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"it nests more than {MAX_DEPTH} levels deep")
    try:
        return msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        value = json.loads(text, strict=False, parse_constant=_refuse_constant)
        return value if keep_halves else with_whole_characters(value)


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


class HalfCharacters:
    """Joins the two halves of a character that a server sent in two pieces of one text."""

    def __init__(self) -> None:
        self._half = ""

    def feed(self, text: str) -> str:
        """Returns the text with whole characters only; a first half at its end waits for the next piece."""
        if not self._half and text.isascii():
            return text
        text = self._half + text
        self._half = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return whole_characters(text.removesuffix(self._half) if self._half else text)

    def finish(self) -> str:
        """Returns U+FFFD for a half that nothing followed."""
        half, self._half = self._half, ""
        return whole_characters(half)


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
