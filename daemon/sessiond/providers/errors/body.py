"""What stands in the body of a failed call: messages, codes and numbers, out of whatever wraps them.

Used by `classify.py`, which judges them.
"""

import json
from collections.abc import Iterator
from typing import Any, cast

import msgspec

from sessiond.providers import lenient_json

_MESSAGE_FIELDS = ("message", "error", "detail", "msg", "error_description", "raw", "errors", "title")
_CODE_FIELDS = ("code", "type", "status", "reason", "error_type", "__type", "quotaId", "error_code")
_MAX_DEPTH = 8


class ErrorBody(msgspec.Struct):
    """`messages`: innermost first. `codes`: lower case. `status`: an HTTP status that the body itself names."""

    messages: list[str] = []
    codes: list[str] = []
    status: int | None = None
    retry_delay: str | None = None
    html: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.messages)


def read_error_body(body: bytes | str) -> ErrorBody:
    """Reads a body that is JSON, JSON in JSON, JSON before or inside an event stream, plain text, HTML or nothing."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else lenient_json.whole_characters(body)
    text = text.strip().removeprefix("\ufeff")
    found = ErrorBody()
    if text[:1] == "<":
        found.html = True
    elif text:
        values = list(_json_values(text))
        for value in values:
            _collect(value, found, _MAX_DEPTH)
        if not found.messages and not found.codes:
            found.messages.append(text)
    return found


def _json_values(text: str) -> Iterator[Any]:
    """The JSON values at the start of the text and behind every `data:` of an event stream."""
    for piece in (text, *(line[5:].strip() for line in text.split("\n") if line.startswith("data:"))):
        if piece[:1] in "{[":
            try:
                yield lenient_json.with_whole_characters(json.JSONDecoder(strict=False).raw_decode(piece)[0])
            except (ValueError, RecursionError):
                continue


def _collect(value: Any, found: ErrorBody, depth: int) -> None:
    if depth == 0:
        return
    if isinstance(value, list):
        for item in cast(list[Any], value)[:20]:
            _collect(item, found, depth - 1)
    elif isinstance(value, dict):
        _collect_object(cast(dict[str, Any], value), found, depth)


def _collect_object(value: dict[str, Any], found: ErrorBody, depth: int) -> None:
    nested: list[Any] = [item for item in value.values() if isinstance(item, dict | list)]
    nested += [inner for field in _MESSAGE_FIELDS if (inner := _json_inside(value.get(field))) is not None]
    for item in nested:
        _collect(item, found, depth - 1)
    for field in _CODE_FIELDS:
        _collect_code(value.get(field), found)
    delay = value.get("retryDelay")
    if isinstance(delay, str):
        found.retry_delay = delay
    for field in _MESSAGE_FIELDS:
        text = value.get(field)
        if isinstance(text, str) and text.strip() and _json_inside(text) is None:
            found.messages.append(text.strip())


def _json_inside(text: Any) -> Any:
    """The value of a string that holds JSON itself; None for any other."""
    if isinstance(text, str) and text.lstrip()[:1] in ("{", "["):
        return next(_json_values(text.strip()), None)
    return None


def _collect_code(code: Any, found: ErrorBody) -> None:
    if isinstance(code, int | float) and not isinstance(code, bool):
        code = str(int(code)) if abs(code) < 1e9 else ""
    if isinstance(code, str) and code:
        found.codes.append(code.rpartition("#")[2].lower())
        if found.status is None and code.isascii() and code.isdigit() and 400 <= int(code) <= 599:
            found.status = int(code)
