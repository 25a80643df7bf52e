"""Server-sent events from raw bytes, as they come: every adapter's stream passes through here.

Follows WHATWG HTML §9.2.6, except that a last event counts even when nothing terminates it.
What an event means is the readers' business.
"""

import msgspec

MAX_EVENT_BYTES = 64 * 1024 * 1024
_MAX_STRAY_CHARACTERS = 8 * 1024 * 1024
_BOM = "\ufeff"


class ServerSentEvent(msgspec.Struct, frozen=True, gc=False):
    """One event with data. `event` is "" when the stream names none; lines of `data` are joined by LF."""

    event: str
    data: str


class SseDecoder:
    """Cuts one stream into events. Lines end with LF, CR or CRLF, also split between reads.

    Bytes are decoded only once an event is whole, so a character cut by a read is no matter;
    invalid UTF-8 becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._ended_with_cr = False
        self._at_start = True
        self._stray: list[str] = []
        self._stray_characters = 0

    @property
    def stray(self) -> str:
        """The lines that are no event stream at all, such as a JSON or HTML body sent in place of one."""
        return "\n".join(self._stray)

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """Returns the events that are whole now. Raises ValueError for one over `MAX_EVENT_BYTES`."""
        if self._ended_with_cr or b"\r" in chunk:
            chunk = self._with_line_feeds(chunk)
        buffer = self._buffer
        searched = max(len(buffer) - 1, 0)
        buffer += chunk
        end = buffer.rfind(b"\n\n", searched)
        if end < 0:
            if len(buffer) > MAX_EVENT_BYTES:
                raise ValueError(f"a single event of the stream exceeds {MAX_EVENT_BYTES} bytes")
            return []
        text = buffer[:end].decode("utf-8", "replace")
        del buffer[: end + 2]
        return self._events(text)

    def finish(self) -> list[ServerSentEvent]:
        """Returns what the end of the stream completes: a last event that no blank line follows."""
        text = self._buffer.decode("utf-8", "replace")
        self._buffer.clear()
        return self._events(text)

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        """Turns CRLF and CR into LF; the LF of a CRLF cut by a read is dropped."""
        if self._ended_with_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._ended_with_cr = False
        if chunk:
            self._ended_with_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _events(self, text: str) -> list[ServerSentEvent]:
        if self._at_start and text:
            self._at_start = False
            text = text.removeprefix(_BOM)
        events: list[ServerSentEvent] = []
        for block in text.split("\n\n"):
            if block.startswith("data: ") and "\n" not in block:
                if len(block) > 6:
                    events.append(ServerSentEvent("", block[6:]))
            elif event := self._event_of_lines(block):
                events.append(event)
        return events

    def _event_of_lines(self, block: str) -> ServerSentEvent | None:
        name = ""
        data: list[str] = []
        for line in block.split("\n"):
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if field == "data":
                data.append(value)
            elif field == "event":
                name = value
            elif field not in ("", "id", "retry"):
                self._keep_stray(line)
        text = "\n".join(data)
        return ServerSentEvent(name, text) if text else None

    def _keep_stray(self, line: str) -> None:
        self._stray_characters += len(line)
        if self._stray_characters <= _MAX_STRAY_CHARACTERS:
            self._stray.append(line)
