"""Puts new content in the place of files: all of them or none, and each of them whole at any moment.

New content is written and synced beside its place first; then each file is renamed into it, which a crash cannot
cut in half. A name that is a hard link gets a file of its own: what other names show stays as it is.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import msgspec


class Content(msgspec.Struct, frozen=True):
    """What becomes of one file, None for no file."""

    path: Path
    before: bytes | None
    after: bytes | None
    moved_from: Path | None = None
    """Whose mode, owner and attributes it gets where there is no file."""


class Replacement:
    """A change of files. `prepare`, `commit`, and in any case `discard`; each blocks."""

    def __init__(self, contents: Iterable[Content]) -> None:
        self._contents = list(contents)
        self._waiting: dict[Path, Path] = {}
        """New content that is not in its place yet, by its place."""
        self._directories: list[Path] = []
        self.committed = False
        self.at: Path | None = None
        """The file that a step is at, or has failed at."""
        self.lost: list[Path] = []
        """Files that a failed `commit` could not bring back."""

    def prepare(self) -> None:
        """Writes all new content, so that a full disk or a forbidden directory shows. Raises OSError."""
        for content in self._contents:
            self.at = content.path
            if content.after is not None:
                self._make_parents(content.path)
                self._waiting[content.path] = _written_beside(content.path, content.after, content.moved_from)

    def commit(self) -> None:
        """Puts it all in place. Raises OSError; then everything but what is `lost` is as before."""
        done: list[Content] = []
        for content in self._contents:
            self.at = content.path
            _refuse_changed(content)
        try:
            for content in self._contents:
                self.at = content.path
                self._put(content)
                done.append(content)
        except OSError:
            for content in reversed(done):
                self._bring_back(content)
            raise
        self.committed = True
        for directory in {content.path.parent for content in self._contents}:
            _sync(directory)

    def discard(self) -> None:
        """Takes away what has not got into its place, and directories made for it."""
        for waiting in self._waiting.values():
            with suppress(OSError):
                waiting.unlink()
        if not self.committed:
            for directory in reversed(self._directories):
                with suppress(OSError):
                    directory.rmdir()

    def _make_parents(self, path: Path) -> None:
        missing = [directory for directory in path.parents if not directory.exists()]
        for directory in reversed(missing):
            directory.mkdir(exist_ok=True)
            self._directories.append(directory)

    def _put(self, content: Content) -> None:
        if content.after is None:
            content.path.unlink()
        else:
            self._waiting[content.path].replace(content.path)
            del self._waiting[content.path]

    def _bring_back(self, content: Content) -> None:
        try:
            if content.before is None:
                content.path.unlink()
            else:
                _written_beside(content.path, content.before).replace(content.path)
        except OSError:
            self.lost.append(content.path)


def _refuse_changed(content: Content) -> None:
    """Others may write while an editor is being asked. What they wrote was not seen, and stays."""
    now = content.path.read_bytes() if content.path.is_file() else None
    if now != content.before:
        raise OSError(errno.EBUSY, "another program has just changed it")


def _written_beside(path: Path, content: bytes, moved_from: Path | None = None) -> Path:
    """A synced file beside `path`.

    It has mode, owner and attributes of what it will replace, else of what it is moved from, else as umask says.
    """
    beside = path.parent / f".sessiond-{secrets.token_hex(8)}.tmp"
    like, old = path, _status(path)
    if old is None and moved_from is not None:
        like, old = moved_from, _status(moved_from)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(beside, flags, 0o666 if old is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if old is not None:
                _take_over(like, old, descriptor)
            os.fsync(descriptor)
    except BaseException:
        beside.unlink()
        raise
    return beside


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _take_over(path: Path, old: os.stat_result, descriptor: int) -> None:
    """Owner, attributes and mode. Another's file stays another's where we may do that, else it becomes ours."""
    if hasattr(os, "fchown"):
        with suppress(OSError):
            os.fchown(descriptor, old.st_uid, old.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for attribute in os.listxattr(path):
                os.setxattr(descriptor, attribute, os.getxattr(path, attribute))
    if hasattr(os, "fchmod"):
        os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _sync(directory: Path) -> None:
    """So that the rename outlives a power cut. Some file systems cannot, and Windows has no such thing."""
    with suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
