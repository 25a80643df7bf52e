"""How the client has introduced itself, so that a later engine hears it as well, and how it takes its leave."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sessiond.pipe.envelope import Message


class Introduction:
    def __init__(self, *, answered: bool) -> None:
        """`answered`: the pipe itself has answered the first message, which is `initialize` then."""
        self.answered = answered
        """Whether the client has the answer to its `initialize`."""
        self.shut_down = False
        """Whether it has asked for `shutdown`."""
        self.last_word: bytes | None = None
        """What tells the engine that the client has left: its `exit`, or the end of its input in the link's words."""
        self.has_exited = False
        """Whether that was `exit`."""
        self._initialize: bytes | None = None
        self._initialized: bytes | None = None

    @property
    def exit_code(self) -> int:
        """As LSP has it: `exit` without `shutdown` is a failure."""
        return 1 if self.has_exited and not self.shut_down else 0

    def asked(self, message: Message, frame: bytes) -> bool:
        """Takes a request; whether its answer is still to come."""
        if message.method == "initialize" and self._initialize is None:
            self._initialize = frame
            return not self.answered
        return True

    def noticed(self, message: Message, frame: bytes) -> None:
        if message.method == "initialized":
            self._initialized = frame

    def leave(self, last_word: bytes, *, exited: bool) -> None:
        """The client says nothing more."""
        self.last_word = last_word
        self.has_exited = exited

    def was_answered(self, *, refused: bool) -> None:
        """The answer to `initialize` goes to the client. Only the first one that is accepted counts."""
        if not self.answered:
            self.answered = not refused
            self._initialize = None if refused else self._initialize

    def frames(self) -> list[bytes]:
        return [frame for frame in (self._initialize, self._initialized) if frame is not None]
