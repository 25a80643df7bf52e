"""The lines of a text file, whatever its size, in memory for one piece of it.

The `read` tool pages through a file with it, in a thread of its own. It opens regular files only: what
has no end or makes its reader wait (pipes, devices, sockets) is refused.
"""

import codecs
import io
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from sessiond.tools.failure import ToolFailed

PIECE = 64 * 1024
"""Bytes read at once: what cancelling waits for at most."""

_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}


class Line(NamedTuple):
    """The beginning of a line, and how many characters of it are left out."""

    text: str
    left_out: int


def refuse_special(mode: int, title: str) -> None:
    """Raises ToolFailed for what is neither a file nor a directory. `mode` is that of `os.stat`."""
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        kind = _KINDS.get(stat.S_IFMT(mode), "a special file")
        raise ToolFailed(f"{title} is {kind}. This tool reads text files and directories.")


def opened(path: Path, title: str) -> io.FileIO:
    """A regular file. Raises ToolFailed for another kind, OSError; waits for nobody."""
    file = io.FileIO(path, opener=_open_without_waiting)
    try:
        refuse_special(os.fstat(file.fileno()).st_mode, title)  # again: the path may stand for another by now
    except BaseException:
        file.close()
        raise
    return file


def pieces(file: BinaryIO | io.FileIO, stopped: threading.Event, encoding: str = "utf-8-sig") -> Iterator[str]:
    """The text from here on, with `\\n` after each line as text mode has it; ends early once `stopped` is set."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    while not stopped.is_set() and (read := file.read(PIECE)):
        yield decoder.decode(read)
    yield decoder.decode(b"", final=True)


class Counted:
    """Pieces of a text as they pass by, and how many lines have passed."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._ended = 0
        self._open = False

    def __iter__(self) -> Iterator[str]:
        for text in self._texts:
            self._ended += text.count("\n")
            self._open = not text.endswith("\n") if text else self._open
            yield text

    @property
    def lines(self) -> int:
        return self._ended + self._open


def lines(texts: Iterable[str], first: int, longest: int) -> Iterator[Line]:
    """The lines from number `first` on, each cut to `longest` characters.

    Costs reading all that stands before, and the whole of a line that is cut.
    """
    beginning, length = "", 0
    for text in _from_line(texts, first):
        for number, part in enumerate(text.split("\n")):
            if number:
                yield Line(beginning, length - len(beginning))
                beginning, length = "", 0
            beginning += part[: longest - len(beginning)]
            length += len(part)
    if length:
        yield Line(beginning, length - len(beginning))


def _from_line(texts: Iterable[str], first: int) -> Iterator[str]:
    before = first - 1
    for text in texts:
        ended = text.count("\n") if before else 0
        if ended < before:
            before -= ended
        else:
            yield text.split("\n", before)[before]
            before = 0


def _open_without_waiting(path: str, flags: int) -> int:
    """A pipe without a writer would hold up who opens it; Windows knows neither the flag nor the trouble."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
