"""What one edit would make of its file, computed before anything is written. Called by `files.py`, in a thread."""

import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sessiond.tools.editor import OpenFile
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Edit
from sessiond.tools.files.diff import unified_diff
from sessiond.tools.files.disk import stored
from sessiond.tools.files.splices import Splice, splices_between, with_ends
from sessiond.tools.files.text_form import NotText, TextForm, decoded, encoded, plain, taken_apart, version_of

Check = Callable[[Path, str, str], None]
"""Refuses a file by path, title and version. Raises ToolFailed."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is, and as it will be."""

    path: Path
    title: str
    opened: OpenFile | None
    before: str | None
    after: str | None
    content_before: bytes | None
    """On the disk; not filled for a file that an editor changes."""
    raw: str | None
    """The new text with its line ends."""
    content: bytes | None
    """The new text as it is stored."""
    moved_from: Path | None
    diff: str

    @property
    def version(self) -> str | None:
        return None if self.after is None else version_of(self.after)

    @property
    def by_editor(self) -> bool:
        return self.opened is not None and self.after is not None


def planned(edit: Edit, title: str, opened: OpenFile | None, check: Check | None) -> Planned:
    """Reads the file and computes its new text. Raises ToolFailed for what cannot or must not be changed."""
    if _moved(edit.path):
        raise ToolFailed(f"{title} now stands for another file: a link in its path has changed. Nothing was changed.")
    content, before, form = _now(edit.path, title, opened)
    if before is not None:
        if not edit.overwrites:
            raise ToolFailed(f"{title} exists already. Nothing was changed.")
        if check is not None:
            check(edit.path, title, version_of(before))
    source = stored(edit.moved_from, title) if edit.moved_from and before is None else None
    if source is not None:
        form = source.form
    raw = _changed(edit, before, source.text if source else before or "", form)
    if opened is not None and raw is None:
        content = _deletable(edit.path, title, before)
    new_content = None if raw is None else _encoded(raw, form, title)
    if content is not None and content != new_content:
        _refuse_protected(edit.path, title)
    after = _as_read(raw, None if opened else new_content, title)
    return Planned(
        path=edit.path,
        title=title,
        opened=opened,
        before=before,
        after=after,
        content_before=content,
        raw=raw,
        content=new_content,
        moved_from=edit.moved_from,
        diff=unified_diff(title, before, after),
    )


def _moved(path: Path) -> bool:
    """Leave was given for what the path stood for then."""
    try:
        return path.resolve() != path
    except (OSError, RuntimeError):
        return True


def _now(path: Path, title: str, opened: OpenFile | None) -> tuple[bytes | None, str | None, TextForm]:
    if opened is not None:
        return None, *taken_apart(opened.text)
    file = stored(path, title)
    return (None, None, TextForm()) if file is None else (file.content, file.text, file.form)


def _changed(edit: Edit, before: str | None, text: str, form: TextForm) -> str | None:
    """The new text with its line ends; `text` is what has that form."""
    change = edit.change(before)
    if change is None:
        return None
    splices: Sequence[Splice] = _splices(text, change, form) if isinstance(change, str) else change
    return with_ends(text, form, splices)


def _as_read(raw: str | None, content: bytes | None, title: str) -> str | None:
    """The new text as it will be read again: a mark or line ends in what was sent are then its form."""
    if raw is None or content is None:
        return None if raw is None else plain(raw)
    try:
        return decoded(content)[0]
    except NotText:
        raise ToolFailed(f"The new content of {title} has characters that no text has, such as NUL.") from None


def _encoded(raw: str, form: TextForm, title: str) -> bytes:
    try:
        return encoded(raw, form)
    except UnicodeEncodeError:
        raise ToolFailed(f"The new text of {title} has characters that {form.encoding} cannot hold.") from None


def _splices(text: str, new: str, form: TextForm) -> list[Splice]:
    """Only mixed line ends make it matter which lines are the same."""
    return [Splice(0, len(text), new)] if form.ends is None else splices_between(text, new)


def _deletable(path: Path, title: str, before: str | None) -> bytes | None:
    """What the disk has of a file that is open in an editor."""
    file = stored(path, title)
    if file is not None and file.text == before:
        return file.content
    raise ToolFailed(f"{title} has unsaved changes in an editor, which would be lost. It has to be saved there first.")


def _refuse_protected(path: Path, title: str) -> None:
    if not path.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) or not os.access(path, os.W_OK):
        raise ToolFailed(f"{title} is write-protected. Nothing was changed.")
