"""What one server has written and what became of it, in a file of its own: bounded, readable, without secrets.

Small appends to a file that is opened for each: 20 µs, nothing is lost when the engine dies, and several engines may
write. `sessiond mcp logs` shows it. Whoever writes bounds how much; a disk that refuses costs the log only.
"""

import hashlib
import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

MOST_BYTES = 512 * 1024
"""Of the file; the one before it is kept, so that there is never more than twice as much."""
LONGEST_LINE = 2_000
"""Characters."""
LONGEST_TEXT = 64 * 1024
"""Characters written at once; what is more is cut off."""
LONGEST_NAME = 40

_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
"""Colours, movements, titles and links of terminals."""
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters but tab and line feed, what turns the direction of text, and what UTF-8 cannot carry."""


class ServerLog:
    def __init__(self, directory: Path, name: str, owner: str, redact: Callable[[str], str]) -> None:
        """`owner`: the root of the project; servers of the same name in two projects have two files."""
        digest = hashlib.sha256(f"{owner}\0{name}".encode(errors="replace")).hexdigest()[:10]
        self.path = directory / f"{_safe(name)}-{digest}.log"
        self._former = self.path.with_suffix(".old.log")
        self.redact = redact

    def write(self, text: str) -> None:
        """Each line with the time before it."""
        stamp = datetime.now().isoformat(" ", "milliseconds")
        lines = self.redact(harmless(text[:LONGEST_TEXT])).rstrip("\n").split("\n")
        with suppress(OSError):
            self._append("".join(f"{stamp} {_clipped(line)}\n" for line in lines).encode())

    def tail(self, lines: int) -> str:
        """The last so many lines. What came a line at a time is redacted again as a whole: a key may have many."""
        kept = (_read(self._former) + _read(self.path)).splitlines(keepends=True)
        return self.redact("".join(kept[-lines:] if lines > 0 else ()))

    def _append(self, data: bytes) -> None:
        if len(data) > MOST_BYTES:
            data = data[data.index(b"\n", -MOST_BYTES) + 1 :]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._size() + len(data) > MOST_BYTES:
            self.path.replace(self._former)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.write(descriptor, data)
        finally:
            os.close(descriptor)

    def _size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0


def _safe(name: str) -> str:
    """As a part of a file name."""
    return re.sub(r"[^A-Za-z0-9_-]+", "_", name)[:LONGEST_NAME].lstrip("-") or "server"


def harmless(text: str) -> str:
    """For a terminal and for a file: without its escape sequences, and with marks for what else may do something."""
    text = _ESCAPES.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return _HARMFUL.sub("\ufffd", text)


def _clipped(line: str) -> str:
    cut = len(line) - LONGEST_LINE
    return line if cut <= 0 else f"{line[:LONGEST_LINE]}… ({cut:,} characters more)"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
