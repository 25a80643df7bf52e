"""Text files on the disk, read whole. Works in whatever thread it is called from. Called by `files.py`."""

import os
import stat
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
        _refuse_special(path.stat(), title)  # before it is opened: some devices act on that alone
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))  # a pipe would hold up its reader
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        _refuse_special(status, title)
        if status.st_size > MAX_BYTES:
            raise ToolFailed(_too_large(title, status.st_size))
        try:
            content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None
    if len(content) > MAX_BYTES:
        raise ToolFailed(_too_large(title, len(content)))
    try:
        return StoredText(*decoded(content), content)
    except NotText:
        raise ToolFailed(f"{title} is not text ({len(content)} bytes). This tool changes text files.") from None


def _refuse_special(status: os.stat_result, title: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise ToolFailed(f"{title} is a directory. Name a file in it; `list` shows what is there.")
    if not stat.S_ISREG(status.st_mode):
        raise ToolFailed(f"{title} is a pipe, a device or a socket. This tool changes text files.")


def _too_large(title: str, size: int) -> str:
    return (
        f"{title} has {size} bytes; text files of up to {MAX_BYTES // 1024 // 1024} MB can be changed."
        " Use a command for it."
    )
