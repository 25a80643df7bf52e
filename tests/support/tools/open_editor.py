"""An editor with open files, for tests of tools: keeps the contract of `tools.editor.Editor`."""

from pathlib import Path

from sessiond.tools.editor import Diagnostic, EditorsDiffer, OpenFile, StaleDocument


class OpenEditor:
    """Holds what its user sees of each open file. `clean` files are saved by an edit; others keep it unsaved."""

    def __init__(self, texts: dict[Path, str] | None = None, diagnostics: list[Diagnostic] | None = None) -> None:
        self.files = {path.resolve(): OpenFile(text, 1) for path, text in (texts or {}).items()}
        self.clean: set[Path] = set()
        self.differing: set[Path] = set()
        self._diagnostics = diagnostics

    def type(self, path: Path, text: str) -> None:
        """The user changes the text."""
        self.files[path] = OpenFile(text, (self.files[path].version or 0) + 1)

    async def open_file(self, path: Path) -> OpenFile | None:
        return self.files.get(path)

    async def open_files(self) -> dict[Path, OpenFile]:
        return dict(self.files)

    async def check_edit(self, path: Path) -> None:
        if path in self.differing:
            raise EditorsDiffer(f"{path.name} is open in two editors with different unsaved text.")

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        if self.files.get(path) != opened:
            raise StaleDocument
        self.type(path, text)
        if path in self.clean:
            path.write_text(text, encoding="utf-8", newline="")
        return path in self.clean

    async def diagnostics(self, path: Path | None) -> list[Diagnostic] | None:
        if self._diagnostics is None:
            return None
        return [found for found in self._diagnostics if path in (None, found.path)]
