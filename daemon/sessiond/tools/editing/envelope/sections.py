"""What a patch says, as data: a section for each file, hunks for each change. Made by `parse.py`."""

from typing import Literal

import msgspec


class HunkLine(msgspec.Struct, frozen=True):
    """` ` stands in the text and stays, `-` goes, `+` is new."""

    mark: Literal[" ", "-", "+"]
    text: str


class Hunk(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a file's text and what becomes of it."""

    number: int
    """The line of the patch where it begins, from 1."""
    headers: tuple[str, ...]
    """Texts of `@@` lines: lines of the file that stand above, from the outside in."""
    lines: tuple[HunkLine, ...]
    at_end: bool
    """`*** End of File`: what it shows are the last lines of the text."""

    @property
    def old(self) -> list[str]:
        """The lines that the text must have."""
        return [line.text for line in self.lines if line.mark != "+"]


class AddFile(msgspec.Struct, frozen=True):
    number: int
    path: str
    content: str


class DeleteFile(msgspec.Struct, frozen=True):
    number: int
    path: str


class UpdateFile(msgspec.Struct, frozen=True):
    """A file that changes, moves, or both."""

    number: int
    path: str
    move_to: str | None
    hunks: tuple[Hunk, ...]


Section = AddFile | DeleteFile | UpdateFile
