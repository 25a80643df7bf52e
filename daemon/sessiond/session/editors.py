"""The editors of all clients as one: each turn asks the one that has a file open, the prompting client's first.

Held by the keeper; a client's editor joins with its connection and leaves with it. A turn holds an
`EditorOfTurn` as its only editor, whoever comes and goes meanwhile.
"""

import asyncio
from pathlib import Path

from sessiond.tools.editor import Diagnostic, Editor, EditorsDiffer, OpenFile, StaleDocument
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.disk import stored


class Editors:
    def __init__(self) -> None:
        self._joined: dict[Editor, None] = {}

    def join(self, editor: Editor) -> None:
        """A client with this editor has connected."""
        self._joined[editor] = None

    def leave(self, editor: Editor) -> None:
        """It is gone; what it had open counts no longer. Idempotent."""
        self._joined.pop(editor, None)

    def of_turn(self, prompter: Editor | None) -> Editor:
        """All of them, for a turn of the client with this editor."""
        return EditorOfTurn(self, prompter)

    def in_order(self, first: Editor | None) -> list[Editor]:
        """Those that are there, `first` before the others and the others as they came."""
        return sorted(self._joined, key=lambda editor: editor is not first)


class EditorOfTurn:
    """Fits `tools.editor.Editor`."""

    def __init__(self, editors: Editors, prompter: Editor | None) -> None:
        self._editors = editors
        self._prompter = prompter

    async def open_file(self, path: Path) -> OpenFile | None:
        return next((opened for _, opened in await self._with_file(path)), None)

    async def open_files(self) -> dict[Path, OpenFile]:
        found: dict[Path, OpenFile] = {}
        for editor in self._order():
            found = {**await editor.open_files(), **found}
        return found

    async def check_edit(self, path: Path) -> None:
        for editor in self._order():
            await editor.check_edit(path)
        texts = [_lines(opened.text) for _, opened in await self._with_file(path)]
        others = {text for text in texts[1:] if text != texts[0]}
        if others and others != {await asyncio.to_thread(_on_disk, path)}:
            raise EditorsDiffer(
                f"{path} is open in {len(texts)} editors with different unsaved text. Nothing was changed, so that"
                " none of it is lost: ask the user to save or close it in all of them but one."
            )

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        for editor, current in await self._with_file(path):
            if current == opened:
                return await editor.replace(path, opened, text)
        raise StaleDocument(f"{path} is not open any more as it was read.")

    async def diagnostics(self, path: Path | None) -> list[Diagnostic] | None:
        """Of the first that offers them; one that has the file open comes first."""
        having = [editor for editor, _ in await self._with_file(path)] if path else []
        for editor in [*having, *(editor for editor in self._order() if editor not in having)]:
            found = await editor.diagnostics(path)
            if found is not None:
                return found
        return None

    def _order(self) -> list[Editor]:
        return self._editors.in_order(self._prompter)

    async def _with_file(self, path: Path) -> list[tuple[Editor, OpenFile]]:
        """The editors that have it open, and how."""
        asked = [(editor, await editor.open_file(path)) for editor in self._order()]
        return [(editor, opened) for editor, opened in asked if opened is not None]


def _on_disk(path: Path) -> str | None:
    """The file's text as the editors' are compared with it; None where it has none."""
    try:
        file = stored(path, str(path))
    except ToolFailed:
        return None
    return None if file is None else _lines(file.text)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
