"""The beginning and the end of a text of any length, in bounded memory: what a model is shown of long output.

Works on UTF-8 bytes, so that a text may be taken in pieces as it comes. Used by `outputs.py` and `bash`.
"""

from collections.abc import Callable
from typing import Literal

Keep = Literal["head", "tail"]

MAX_LINES = 2000
MAX_BYTES = 50_000
HEAD_LINES, HEAD_BYTES = 200, 5_000
"""What of the beginning is shown where the end is what counts."""

_HELD = MAX_BYTES + 4
"""A few bytes more than are shown: they tell whether a character was cut in two."""


class Window:
    """Takes a text piece by piece; `shown` is all of it while it fits, else what `keep` says with a gap marked."""

    def __init__(self, keep: Keep) -> None:
        self._head_lines, self._head_bytes = (MAX_LINES, MAX_BYTES) if keep == "head" else (HEAD_LINES, HEAD_BYTES)
        self._tail_lines, self._tail_bytes = MAX_LINES - self._head_lines, MAX_BYTES - self._head_bytes
        self._start = bytearray()
        self._end = bytearray()
        self._ended = b"\n"
        self.size = 0
        """Bytes taken so far."""
        self._breaks = 0

    @property
    def lines(self) -> int:
        return self._breaks + (self._ended != b"\n")

    @property
    def whole(self) -> bool:
        """Whether all of it fits."""
        return self.size <= MAX_BYTES and self.lines <= MAX_LINES

    def add(self, piece: bytes) -> None:
        if not piece:
            return
        self.size += len(piece)
        self._breaks += piece.count(b"\n")
        self._ended = piece[-1:]
        self._start += piece[: max(_HELD - len(self._start), 0)]
        self._end += piece[-_HELD:]
        if len(self._end) > 4 * _HELD:
            del self._end[:-_HELD]

    def last(self, size: int) -> str:
        """The last bytes, for whoever looks on."""
        return _end_of(bytes(self._end[-size - 4 :]), MAX_LINES, size).decode(errors="replace")

    def shown(self, gap: Callable[[int, int], str]) -> str:
        """`gap(lines, size)` gives what stands, on a line of its own, where so much is left out."""
        if self.whole:
            return self._start.decode(errors="replace")
        head = _start_of(bytes(self._start), self._head_lines, self._head_bytes)
        rest = bytes(self._end[-(self.size - len(head)) :])  # nothing is shown twice
        tail = _end_of(rest, self._tail_lines, self._tail_bytes) if self._tail_bytes else b""
        # Where a line is cut in two, each half counts as one that is shown.
        lines = max(self.lines - _lines_of(head) - _lines_of(tail), 0)
        pieces = (
            head.decode(errors="replace").removesuffix("\n"),
            gap(lines, self.size - len(head) - len(tail)),
            tail.decode(errors="replace"),
        )
        return "\n".join(piece for piece in pieces if piece)


def _start_of(text: bytes, lines: int, size: int) -> bytes:
    """Whole lines from the start; of one that is very long by itself, as much as fits in whole characters."""
    cut = text[:size]
    if len(cut) < len(text):
        end = cut.rfind(b"\n") + 1
        cut = cut[:end] if end > size // 2 else _whole_characters(cut, text)
    return cut[: _nth_break(cut, lines)]


def _end_of(text: bytes, lines: int, size: int) -> bytes:
    """The same from the end."""
    cut = text[-size:]
    if len(cut) < len(text) and text[-size - 1 : -size] != b"\n":
        begin = cut.find(b"\n") + 1
        cut = cut[begin:] if 0 < begin < size // 2 else _from_character(cut)
    pieces = cut.removesuffix(b"\n").rsplit(b"\n", lines)
    return cut if len(pieces) <= lines else cut[len(pieces[0]) + 1 :]


def _nth_break(text: bytes, lines: int) -> int:
    """Where line number `lines` ends."""
    position = 0
    for _ in range(lines):
        found = text.find(b"\n", position)
        if found < 0:
            return len(text)
        position = found + 1
    return position


def _whole_characters(cut: bytes, text: bytes) -> bytes:
    """Takes away the first bytes of a character whose others were cut off."""
    end = len(cut)
    while 0 < end < len(text) and text[end] & 0xC0 == 0x80 and len(cut) - end < 3:
        end -= 1
    return cut[:end]


def _from_character(cut: bytes) -> bytes:
    begin = 0
    while begin < min(3, len(cut)) and cut[begin] & 0xC0 == 0x80:
        begin += 1
    return cut[begin:]


def _lines_of(text: bytes) -> int:
    return text.count(b"\n") + (not text.endswith(b"\n") if text else 0)
