"""Cuts a byte stream into messages, in both framings. Used by the first answer, then by the connection.

The first byte that is not white space chooses: `{` means one JSON object a line, anything else means
`Content-Length` headers. Knows nothing of JSON and imports nothing: it runs before the first answer.
"""

MAX_HEADER_BYTES = 64 * 1024
_WHITE_SPACE = b" \t\r\n"


class BadFrame:
    """A message that could not be cut out, in its place in the stream. `too_large` or else malformed."""

    __slots__ = ("message", "too_large")

    def __init__(self, message: str, too_large: bool = False) -> None:
        self.message = message
        self.too_large = too_large


class Decoder:
    """Takes bytes as they come, gives whole messages. Never holds more than one message of the allowed size."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._buffer = bytearray()
        self._framing: _Lines | _Headers | None = None

    @property
    def lines(self) -> bool | None:
        """Whether the client writes one object a line; None before its first byte."""
        return None if self._framing is None else isinstance(self._framing, _Lines)

    def feed(self, data: bytes) -> list[bytes | BadFrame]:
        """The messages that these bytes complete."""
        self._buffer += data
        framing = self._framing or self._choose()
        if framing is None:
            return []
        return list(iter(lambda: framing.take(self._buffer), None))

    def end(self) -> list[bytes | BadFrame]:
        """What the end of the input leaves: a last line without a line feed, or half a message."""
        return [] if self._framing is None else self._framing.rest(self._buffer)

    def _choose(self) -> "_Lines | _Headers | None":
        start = len(self._buffer) - len(self._buffer.lstrip(_WHITE_SPACE))
        del self._buffer[:start]
        if self._buffer:
            self._framing = (_Lines if self._buffer[0] == ord("{") else _Headers)(self._max_bytes)
        return self._framing


def framed(message: bytes, *, lines: bool) -> bytes:
    """A message of ours as the client reads it.

    In lines, U+2028 and U+2029 are escaped: valid in JSON, but some readers of lines end a line there.
    """
    if not lines:
        return b"Content-Length: %d\r\n\r\n%b" % (len(message), message)
    return message.replace(b"\xe2\x80\xa8", b"\\u2028").replace(b"\xe2\x80\xa9", b"\\u2029") + b"\n"


class _Lines:
    """One JSON object a line; blank lines and carriage returns mean nothing."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._searched = 0
        self._overlong = False

    def take(self, buffer: bytearray) -> bytes | BadFrame | None:
        while (end := buffer.find(b"\n", self._searched)) >= 0:
            line = bytes(buffer[:end])
            del buffer[: end + 1]
            self._searched = 0
            if self._overlong:
                self._overlong = False
            elif len(line) > self._max_bytes:
                return _too_large(self._max_bytes)
            elif line.strip():
                return line
        return self._half(buffer)

    def _half(self, buffer: bytearray) -> BadFrame | None:
        """Keeps the beginning of a line, or passes over it when it is too long already."""
        reported = self._overlong
        self._overlong = reported or len(buffer) > self._max_bytes
        if self._overlong:
            buffer.clear()
        self._searched = len(buffer)
        return _too_large(self._max_bytes) if self._overlong and not reported else None

    def rest(self, buffer: bytearray) -> list[bytes | BadFrame]:
        return [bytes(buffer)] if buffer.strip() else []


class _Headers:
    """`Content-Length: N`, other headers, a blank line, then N bytes of JSON.

    A block without a usable length is reported; reading goes on at the next block, whose header may
    stand behind the remains of the body that nobody gave a length for.
    """

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._length: int | None = None
        self._passing_over = 0
        self._overlong = False

    def take(self, buffer: bytearray) -> bytes | BadFrame | None:
        if not self._passed_over(buffer):
            return None
        while self._length is None:
            block = _take_block(buffer)
            refused = self._half(buffer) if block is None else self._begin(block)
            if block is None or refused is not None:
                return refused
        if len(buffer) < self._length:
            return None
        body = bytes(buffer[: self._length])
        del buffer[: self._length]
        self._length = None
        return body

    def _passed_over(self, buffer: bytearray) -> bool:
        passed = min(self._passing_over, len(buffer))
        del buffer[:passed]
        self._passing_over -= passed
        return self._passing_over == 0

    def _begin(self, block: bytes) -> BadFrame | None:
        """Sets the length of the body that follows, or says why the block is refused."""
        reported, self._overlong = self._overlong, False
        length = _content_length(block)
        if length is None:
            return None if reported else BadFrame("a message needs the header `Content-Length: <bytes>`")
        if length > self._max_bytes:
            self._passing_over = length
            return _too_large(self._max_bytes)
        self._length = length
        return None

    def _half(self, buffer: bytearray) -> BadFrame | None:
        if len(buffer) <= MAX_HEADER_BYTES:
            return None
        del buffer[: -MAX_HEADER_BYTES // 2]
        reported, self._overlong = self._overlong, True
        return None if reported else BadFrame(f"the headers of a message are longer than {MAX_HEADER_BYTES} bytes")

    def rest(self, buffer: bytearray) -> list[bytes | BadFrame]:
        if self._length is None and not buffer.strip():
            return []
        return [BadFrame("the input ended in the middle of a message")]


def _take_block(buffer: bytearray) -> bytes | None:
    """The header block that ends with the first blank line, or None."""
    usual = buffer.find(b"\r\n\r\n")
    short = buffer.find(b"\n\n", 0, usual if usual >= 0 else len(buffer))  # no further: many messages may follow
    at, length = (short, 2) if short >= 0 else (usual, 4)
    if at < 0:
        return None
    block = bytes(buffer[:at])
    del buffer[: at + length]
    return block


def _content_length(block: bytes) -> int | None:
    """The length that the last such header of the block gives. Header names have no case."""
    length = None
    for line in block.lower().splitlines():
        _, found, value = line.rpartition(b"content-length:")
        digits = value.strip()
        if found and digits.isdigit() and len(digits) < 19:
            length = int(digits)
    return length


def _too_large(max_bytes: int) -> BadFrame:
    return BadFrame(f"a message may have at most {max_bytes} bytes; it was passed over", too_large=True)
