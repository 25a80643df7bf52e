"""What an editor knows of files and the disk does not: the contract between tools and the faces.

`server/` has the real one, for clients that sync documents; `NoEditor` stands in where there is none.
"""

from pathlib import Path
from typing import Literal, Protocol

import msgspec


class OpenFile(msgspec.Struct, frozen=True):
    """A file that an editor has open, as its user sees it."""

    text: str
    """With the line ends the editor uses, without a byte order mark."""
    version: int | None
    """The document's version in LSP's sense; an edit names it, so that a stale one is refused."""


class StaleDocument(Exception):
    """The editor's text has changed since it was read, or the editor refused the edit; nothing was changed."""


class EditorsDiffer(Exception):
    """Two editors have the file open with different unsaved text. The text says which, for the model."""


class Diagnostic(msgspec.Struct, frozen=True):
    """What a language server says of a place in a file; line and column from 1."""

    path: Path
    line: int
    column: int
    severity: Literal["error", "warning", "information", "hint"]
    message: str
    source: str | None = None


class Editor(Protocol):
    async def open_file(self, path: Path) -> OpenFile | None:
        """The file as it is open in an editor; None when it is not. Never waits for a person."""
        ...

    async def open_files(self) -> dict[Path, OpenFile]:
        """All files that are open in an editor, by their resolved paths; for searches. Never waits for a person."""
        ...

    async def check_edit(self, path: Path) -> None:
        """Raises EditorsDiffer when an edit of this open file could lose someone's unsaved text."""
        ...

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        """Makes `text` the content of an open file, as one undoable edit of the version in `opened`.

        Gives True when the file on the disk has it too, False when the editor holds it unsaved.
        Raises StaleDocument; then nothing has changed.
        """
        ...

    async def diagnostics(self, path: Path | None) -> list[Diagnostic] | None:
        """What the editor's language servers say of a file, or of all; None when no editor offers it."""
        ...


class NoEditor:
    """Nothing is open anywhere."""

    async def open_file(self, path: Path) -> OpenFile | None:
        return None

    async def open_files(self) -> dict[Path, OpenFile]:
        return {}

    async def check_edit(self, path: Path) -> None:
        return None

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        raise StaleDocument

    async def diagnostics(self, path: Path | None) -> list[Diagnostic] | None:
        return None
