"""Puts files back: only what is still as the session left it, on the disk or in an editor, all others stay as they are.

Used by `reverting.py`, both ways. What differs from what is expected is somebody's work, and is never overwritten.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec

from sessiond.tools.changes.contents import Contents, name_of
from sessiond.tools.changes.watching import content_of
from sessiond.tools.editor import Editor, EditorsDiffer
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Edit
from sessiond.tools.files.diff import unified_diff
from sessiond.tools.files.files import Files
from sessiond.tools.files.locks import locked
from sessiond.tools.files.replacing import Content, Replacement
from sessiond.tools.files.text_form import NotText, decoded
from sessiond.tools.paths import shown
from sessiond.uncancelled import uncancelled
from sessiond_protocol.course.branches import RevertedFile


class Wish(msgspec.Struct, frozen=True):
    """A file that is to become what it was. Contents by their names; None is no file."""

    path: Path
    expected: str | None
    """What the session has left."""
    wanted: str | None
    refused: str | None = None
    """Why it must stay as it is."""


class Prepared(msgspec.Struct, frozen=True):
    """A wish held against what is there now."""

    wish: Wish
    opened: bool
    """Whether an editor has it open."""
    now: bytes | None
    then: bytes | None
    diff: str
    refused: str | None

    def file(self, failure: str | None = None) -> RevertedFile:
        """What became of it, or would."""
        refused = failure or self.refused
        return RevertedFile(
            path=str(self.wish.path),
            outcome="kept" if refused else "removed" if self.then is None else "restored",
            reason=refused,
            before=None if refused else self.wish.expected,
            after=None if refused else self.wish.wanted,
        )


class Restoring:
    def __init__(self, contents: Contents, editor: Editor, root: str) -> None:
        self._contents = contents
        self._editor = editor
        self._root = Path(root)

    async def prepared(self, wishes: Sequence[Wish]) -> list[Prepared]:
        """Those that are not fulfilled already, in the order of their paths."""
        found = [await self._prepared(wish) for wish in sorted(wishes, key=lambda wish: wish.path)]
        return [prepared for prepared in found if prepared is not None]

    async def restore(self, prepared: Sequence[Prepared]) -> list[RevertedFile]:
        """Files on the disk change all or not at all, those in editors one by one. Never raises for a file."""
        on_disk = [each for each in prepared if each.refused is None and not each.opened]
        failure = await self._on_disk(on_disk)
        files: list[RevertedFile] = []
        for each in prepared:
            if each.refused is None and each.opened:
                files.append(each.file(await self._in_editor(each)))
            else:
                files.append(each.file(failure if each in on_disk else None))
        return files

    async def _prepared(self, wish: Wish) -> Prepared | None:
        opened = await self._editor.open_file(wish.path) is not None
        now = await content_of(wish.path, self._editor)
        then, refused = None, wish.refused or self._outside(wish.path)
        if wish.wanted is not None:
            then = await asyncio.to_thread(self._contents.get, wish.wanted)
            if then is None:
                refused = refused or "what stood there before is not kept any more"
        expected = None if wish.expected is None else await asyncio.to_thread(self._contents.get, wish.expected)
        if refused is None and _same(now, then):
            return None
        if not (_same(now, expected) or (now is not None and name_of(now) == wish.expected)):
            refused = refused or "it has been changed since by somebody else"
        diff = "" if refused else _diff(shown(wish.path, str(self._root)), now, then)
        return Prepared(wish, opened, now, then, diff, refused)

    def _outside(self, path: Path) -> str | None:
        try:
            inside = path.resolve() == path and path.is_relative_to(self._root)
        except (OSError, RuntimeError):
            inside = False
        return None if inside else "it is outside of the project"

    async def _on_disk(self, prepared: Sequence[Prepared]) -> str | None:
        """Why none of them has changed; None: all have."""
        replacement = Replacement(Content(each.wish.path, each.now, each.then) for each in prepared)

        def replace() -> None:
            try:
                replacement.prepare()
                replacement.commit()
            finally:
                replacement.discard()

        async with locked(each.wish.path for each in prepared):
            try:
                await uncancelled(asyncio.to_thread(replace))
            except OSError as error:
                at = f"{shown(replacement.at, str(self._root))}: " if replacement.at else ""
                return f"{at}{error.strerror or error}"
        return None

    async def _in_editor(self, prepared: Prepared) -> str | None:
        """Why it has not changed."""
        text = None if prepared.then is None else _text(prepared.then)
        if prepared.then is not None and text is None:
            return "it is open in an editor and is no text"
        files = Files(self._editor, must_have_read=False)
        expected = _text(prepared.now)

        def change(now: str | None) -> str | None:
            if now != expected:
                raise ToolFailed("it has been changed since by somebody else")
            return text

        try:
            await uncancelled(files.apply([Edit(prepared.wish.path, change, whole=True)], str(self._root)))
        except (ToolFailed, EditorsDiffer) as failure:
            return str(failure)
        return None


def _same(one: bytes | None, other: bytes | None) -> bool:
    """The same text counts as the same, whatever its line ends: editors have their own."""
    if one is None or other is None or one == other:
        return one == other
    text = _text(one)
    return text is not None and text == _text(other)


def _text(content: bytes | None) -> str | None:
    try:
        return None if content is None else decoded(content)[0]
    except NotText:
        return None


def _diff(title: str, now: bytes | None, then: bytes | None) -> str:
    before, after = _text(now), _text(then)
    if (before is None) != (now is None) or (after is None) != (then is None):
        return f"Binary file {title} differs\n"
    return unified_diff(title, before, after)
