"""What a user has typed and not saved is what the model's tools see, over the real process."""

from pathlib import Path
from typing import Any

from support.daemon import Home
from support.editor.daemon import EditorDaemon

READ: tuple[str, dict[str, Any]] = ("read", {"filePath": "notes.txt"})


async def test_read_gives_the_text_of_the_editor(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, notes.read_text())
        daemon.type(notes, "one\n😀 typed\n")

        (read,) = await daemon.run_tools(READ)

        assert read["status"] == "completed"
        assert "😀 typed" in read["output"]
        assert "two" not in read["output"]


async def test_grep_finds_what_is_typed_and_not_what_the_disk_still_has(home: Home, notes: Path) -> None:
    (notes.parent / "other.txt").write_text("two\n")
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "one\ntyped\n")

        typed, saved = await daemon.run_tools(("grep", {"pattern": "typed"}), ("grep", {"pattern": "two"}))

        assert "notes.txt" in typed["output"]
        assert "other.txt" in saved["output"]
        assert "notes.txt" not in saved["output"]


async def test_a_closed_document_leaves_the_disk_as_the_truth(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "typed\n")
        daemon.notify("textDocument/didClose", {"textDocument": {"uri": notes.as_uri()}})

        (read,) = await daemon.run_tools(READ)

        assert "two" in read["output"]
        assert "typed" not in read["output"]
