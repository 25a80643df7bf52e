"""Text files on the disk: read whole, and written so that a crash leaves the old content or the new, never half.

Works in whatever thread it is called from. Called by `files.py`.
"""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.text_form import NotText, TextForm, decoded

MAX_BYTES = 10 * 1024 * 1024
"""The largest file that is edited: a text is held in memory several times while it is matched."""


class StoredText(msgspec.Struct, frozen=True):
    """A file as it is stored now."""

    text: str
    form: TextForm
    content: bytes


def stored(path: Path, title: str) -> StoredText | None:
    """The file's text; None where there is no file. Raises ToolFailed for what cannot be edited as text."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would hold up its reader
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None
    try:
        return _text(descriptor, title)
    finally:
        os.close(descriptor)


def _text(descriptor: int, title: str) -> StoredText:
    status = os.fstat(descriptor)
    if stat.S_ISDIR(status.st_mode):
        raise ToolFailed(f"{title} is a directory. Name a file in it.")
    if not stat.S_ISREG(status.st_mode):
        raise ToolFailed(f"{title} is no regular file. This tool changes text files.")
    if status.st_size > MAX_BYTES:
        raise ToolFailed(f"{title} has {status.st_size} bytes; files of up to {MAX_BYTES} can be changed this way.")
    with os.fdopen(os.dup(descriptor), "rb") as file:
        content = file.read(MAX_BYTES + 1)
    try:
        return StoredText(*decoded(content), content)
    except NotText:
        raise ToolFailed(f"{title} is not text ({len(content)} bytes). This tool changes text files.") from None


class Prepared:
    """New content beside its place, on the disk already; `commit` puts it there, `discard` takes it away."""

    def __init__(self, path: Path, content: bytes | None, before: bytes | None) -> None:
        """`content` None: the file goes. `before`: what `undo` brings back. Raises OSError; nothing is left then."""
        self.path = path
        self._before = before
        self._made: list[Path] = []
        self._new = self._written(content) if content is not None else None

    def commit(self) -> None:
        if self._new is None:
            self.path.unlink()
        else:
            self._new.replace(self.path)
        _sync_directory(self.path.parent)

    def discard(self) -> None:
        """Takes away what has not been committed, directories that were made for it too. Never raises."""
        if self._new is not None:
            with suppress(OSError):
                self._new.unlink()
        for directory in reversed(self._made):
            with suppress(OSError):
                directory.rmdir()

    def undo(self) -> None:
        """Brings back what stood there before `commit`. Never raises."""
        with suppress(OSError):
            if self._before is None:
                self.path.unlink()
                self.discard()
            else:
                Prepared(self.path, self._before, None).commit()

    def _written(self, content: bytes) -> Path:
        try:
            self._make_parents()
            return _temporary(self.path, content)
        except BaseException:
            for directory in reversed(self._made):
                with suppress(OSError):
                    directory.rmdir()
            raise

    def _make_parents(self) -> None:
        missing = [directory for directory in self.path.parents if not directory.exists()]
        for directory in reversed(missing):
            directory.mkdir()
            self._made.append(directory)


def _temporary(path: Path, content: bytes) -> Path:
    """A synced file beside `path`, with the mode, owner and attributes of what it will replace."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            _take_over(path, descriptor)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        os.unlink(name)
        raise
    return Path(name)


def _take_over(path: Path, descriptor: int) -> None:
    try:
        old = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, 0o666 & ~_umask())
        return
    with suppress(OSError):  # another's file stays another's where we may do that
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    for attribute in os.listxattr(path) if hasattr(os, "listxattr") else ():
        with suppress(OSError):
            os.setxattr(descriptor, attribute, os.getxattr(path, attribute))


def _umask() -> int:
    """The only portable way to ask is to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _sync_directory(directory: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
