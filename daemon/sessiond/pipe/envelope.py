"""What a message is, as far as a pipe has to know: a request, an answer or a notification, and its parameters.

What makes no sense here is no business of the pipe: the engine is to refuse it.
"""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` is not among what the pipe needs
    from typing import Any

NO_ID = object()
"""Of a notification. JSON has no such value."""
_ID = b'{"jsonrpc":"2.0","id":'
_METHOD = b'{"jsonrpc":"2.0","method":'
_LONGEST_ID = 400
_scan = json.JSONDecoder().raw_decode


class Message:
    __slots__ = ("id", "is_error", "method", "params")

    def __init__(self, method: str | None, id: Any, params: Any, is_error: bool = False) -> None:
        self.method = method
        """None of an answer, and of what is no message at all."""
        self.id = id
        self.params = params
        """An object, where it is one; else empty."""
        self.is_error = is_error

    @property
    def is_request(self) -> bool:
        return self.method is not None and self.id is not NO_ID

    @property
    def is_answer(self) -> bool:
        return self.method is None and self.id is not NO_ID


NOTHING = Message(None, NO_ID, {})


def read(frame: bytes) -> Message:
    """A message of the client, all of it: they are few, and mostly small."""
    try:
        found: dict[str, Any] = json.loads(frame)
        method, said, params = found.get("method"), found.get("id", NO_ID), found.get("params")
    except (ValueError, RecursionError, AttributeError):  # the last where it is no object
        return NOTHING
    if isinstance(said, list | dict | bool) or not isinstance(method, str | None):
        return NOTHING
    return Message(method, said, params if isinstance(params, dict) else {}, is_error=found.get("error") is not None)


def peek(frame: bytes) -> Message:
    """A message of the engine, without its parameters: results may be long, and it writes its names in this order."""
    try:
        if frame.startswith(_ID):
            said, rest = _first(frame[len(_ID) : len(_ID) + _LONGEST_ID])
            if rest.startswith((',"result":', ',"error":')):
                return Message(None, said, {}, is_error=rest.startswith(',"error":'))
            if rest.startswith(',"method":'):
                return Message(_first(rest[10:].encode())[0], said, {})
        elif frame.startswith(_METHOD):
            return Message(_first(frame[len(_METHOD) : len(_METHOD) + _LONGEST_ID])[0], NO_ID, {})
    except ValueError:
        pass
    return read(frame)


def _first(text: bytes) -> tuple[Any, str]:
    """The value that stands first, and what follows it."""
    decoded = text.decode(errors="replace")
    value, end = _scan(decoded)
    return value, decoded[end:]


def inside(value: Any, *path: str) -> Any:
    """What stands there, or None where nothing does."""
    for name in path:
        try:
            value = value[name]
        except (LookupError, TypeError):
            return None
    return value
