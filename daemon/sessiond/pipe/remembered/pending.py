"""The client's requests that have no answer yet.

When an engine dies they get an error; when one leaves in good order, those it has not read go to the next.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sessiond.pipe.envelope import Message

MOST_KEPT_BYTES = 1024 * 1024
"""Of requests as they were sent. An engine answers whatever it has read, and what it has not is in the socket: less."""


class Request:
    __slots__ = ("cancel", "frame", "id", "method", "params")

    def __init__(self, message: Message, frame: bytes) -> None:
        self.id = message.id
        self.method = message.method
        named = ("sessionId", "directory")
        self.params = {name: message.params[name] for name in named if name in message.params}
        self.frame: bytes | None = frame
        """None once too much is kept."""
        self.cancel: bytes | None = None
        """The `$/cancelRequest` that came behind it."""

    @property
    def size(self) -> int:
        return 0 if self.frame is None else len(self.frame)


class Pending:
    def __init__(self) -> None:
        self._requests: dict[Any, Request] = {}
        self._kept_bytes = 0

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, request: Request) -> None:
        """One whose id is in use already gets an error for it; the first one's answer comes all the same."""
        if request.id in self._requests:
            return
        self._requests[request.id] = request
        self._kept_bytes += request.size
        oldest = iter([*self._requests.values()][:-1] if self._kept_bytes > MOST_KEPT_BYTES else ())
        while self._kept_bytes > MOST_KEPT_BYTES and (old := next(oldest, None)):
            self._kept_bytes -= old.size
            old.frame = None

    def cancel(self, message_id: Any, frame: bytes) -> None:
        if isinstance(message_id, str | int | float) and (request := self._requests.get(message_id)):
            request.cancel = frame

    def answered(self, message_id: Any) -> Request | None:
        """The request, which is forgotten."""
        request = self._requests.pop(message_id, None)
        if request is not None:
            self._kept_bytes -= request.size
        return request

    def take(self) -> list[Request]:
        """All of them, in the order in which they came; none is left."""
        taken = [*self._requests.values()]
        self._requests.clear()
        self._kept_bytes = 0
        return taken
