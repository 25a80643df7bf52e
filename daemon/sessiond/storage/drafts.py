"""Text of parts that are still open, in plain files `drafts/<session>/<part>`, one for each part.

The loop appends to memory; the writer thread carries it to the file, at most FLUSH_AFTER behind, and
removes the file once the part is recorded. A disk that refuses costs the draft and nothing else.
"""

import codecs
import re
import time
from collections import deque
from collections.abc import Callable, Container
from contextlib import suppress
from pathlib import Path

FLUSH_AFTER = 0.2
"""Seconds that text may stand in memory only; with the writing itself it stays under 250 ms."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")


class DraftFile:
    """Fits `base.Draft`: `append` and `discard` are the loop's, `flush` is the writer thread's."""

    def __init__(self, path: Path | None, wake: Callable[["DraftFile"], None]) -> None:
        """`wake` is told once when there is something to flush. Without a path nothing is kept."""
        self._path = path
        self._wake = wake
        self._pieces: deque[str] = deque()
        self._awake = False
        self._refused = path is None
        self._discarded = False

    def append(self, text: str) -> None:
        if not self._refused and not self._discarded:
            self._pieces.append(text)
            self._wake_writer()

    def discard(self) -> None:
        self._discarded = True
        self._wake_writer()

    def flush(self) -> None:
        """Brings the file up to date: longer, or gone."""
        self._awake = False  # before the pieces are taken, so that one that comes meanwhile wakes again
        if self._path is None:
            return
        if self._discarded:
            self._pieces.clear()
            _remove(self._path)
            return
        try:
            _append(self._path, self._take())
        except OSError:
            self._refused = True
            self._pieces.clear()

    def _wake_writer(self) -> None:
        if not self._awake:
            self._awake = True
            self._wake(self)

    def _take(self) -> bytes:
        taken = [self._pieces.popleft() for _ in range(len(self._pieces))]
        return "".join(taken).encode(errors="replace")


class Drafts:
    """All drafts of a data directory. Everything but `open` is the writer thread's."""

    def __init__(self, directory: Path, wake: Callable[[DraftFile], None]) -> None:
        self._directory = directory
        self._wake = wake
        self._dirty: list[DraftFile] = []
        self._flush_at = 0.0

    def open(self, session_id: str, part_id: str) -> DraftFile:
        """A draft; one whose ids are no plain file names keeps nothing."""
        folder = self._folder(session_id)
        path = folder / part_id if folder and _PLAIN_NAME.fullmatch(part_id) else None
        return DraftFile(path, self._wake)

    def woken(self, draft: DraftFile) -> None:
        """The draft has something to flush; it may wait for others."""
        if not self._dirty:
            self._flush_at = time.monotonic() + FLUSH_AFTER
        self._dirty.append(draft)

    def seconds_to_flush(self) -> float | None:
        """How long the writer may sleep, or None while nothing waits."""
        return max(0.0, self._flush_at - time.monotonic()) if self._dirty else None

    def flush(self) -> None:
        dirty, self._dirty = self._dirty, []
        for draft in dirty:
            draft.flush()

    def read(self, session_id: str) -> dict[str, str]:
        """A session's drafts by part id; what a crash has torn off at the end of one is cut."""
        self.flush()
        texts: dict[str, str] = {}
        folder = self._folder(session_id)
        if folder is not None and folder.is_dir():
            for file in folder.iterdir():
                with suppress(OSError):
                    texts[file.name] = _text(file.read_bytes())
        return texts

    def remove(self, session_id: str) -> None:
        if folder := self._folder(session_id):
            _remove_folder(folder)

    def sweep(self, kept: Container[str]) -> None:
        """Removes what no crash has left: drafts of sessions that are not among the `kept` ids."""
        if self._directory.is_dir():
            for folder in self._directory.iterdir():
                if folder.name not in kept:
                    _remove_folder(folder)

    def _folder(self, session_id: str) -> Path | None:
        return self._directory / session_id if _PLAIN_NAME.fullmatch(session_id) else None


def _append(path: Path, text: bytes) -> None:
    """Raises OSError, also when only a part of the text found room: what would follow must not."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    with open(path, "ab", buffering=0) as file:
        if file.write(text) != len(text):
            raise OSError


def _remove(path: Path) -> None:
    # OSError: another part of the session is still open, or the disk refuses; the next start sweeps.
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def _remove_folder(folder: Path) -> None:
    with suppress(OSError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()


def _text(written: bytes) -> str:
    # After a power cut a file may end in zeros that were never written.
    return codecs.getincrementaldecoder("utf-8")("replace").decode(written.rstrip(b"\0"), final=False)
