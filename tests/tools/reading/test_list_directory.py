"""`list`: the tree of a directory, and what it says of all that is not in it."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.list_directory import MAX_ENTRIES, ListDirectory
from support.tools.scope import run_tool, tool_scope


def make(directory: Path, *names: str) -> None:
    for name in names:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).touch()


async def listed(directory: Path, path: str | None = None) -> str:
    return (await run_tool(ListDirectory(), tool_scope(directory), path=path)).output


async def test_a_small_project_is_shown_whole_with_folders_first(tmp_path: Path) -> None:
    make(tmp_path, "README.md", "src/main.py", "src/deep/er/x.py", ".github/ci.yml", "build/out", ".git/config")
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("/etc")
    result = await run_tool(ListDirectory(), tool_scope(tmp_path))
    tree = (
        "./\n.github/\n  ci.yml\nsrc/\n  deep/\n    er/\n      x.py\n  main.py\n.gitignore\nREADME.md\n"
        "(not in the tree: .git/, build/, empty/, link: ignored, empty or links)"
    )
    assert result == ToolResult(tree, "List .", {"count": 5})
    assert await listed(tmp_path, "src/deep") == "src/deep/\ner/\n  x.py"
    assert await listed(tmp_path, "empty") == "empty/\n(empty directory)"


async def test_folders_that_do_not_fit_tell_how_many_files_they_have(tmp_path: Path) -> None:
    make(
        tmp_path,
        *(f"big/{number:04}" for number in range(1000)),
        *(f"small/{number}" for number in range(3)),
        "one/x/y",
    )
    assert await listed(tmp_path) == "./\nbig/ (1000 files)\none/\n  x/\n    y\nsmall/\n  0\n  1\n  2"
    lines = (await listed(tmp_path, "big")).splitlines()
    assert lines == ["big/", *(f"{number:04}" for number in range(MAX_ENTRIES - 1)), "(851 more files)"]


async def test_ten_thousand_files_take_no_more_room_than_is_stated(tmp_path: Path) -> None:
    make(tmp_path, *(f"{number % 200:03}/{number % 7}/{number}" for number in range(10_000)))
    result = await run_tool(ListDirectory(), tool_scope(tmp_path))
    assert result.metadata == {"count": 10_000}
    lines = result.output.splitlines()
    assert len(lines) <= MAX_ENTRIES + 2
    assert lines[1] == "000/ (50 files)"
    assert lines[-1] == "(2500 more files)"


async def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "a.txt")
    with pytest.raises(ToolFailed, match=r"a.txt is a file, not a directory. Use `read` for it"):
        await listed(tmp_path, "a.txt")
    with pytest.raises(ToolFailed, match="There is no b"):
        await listed(tmp_path, "b")


async def test_names_that_are_no_utf_8_are_shown_with_replacement_characters(tmp_path: Path) -> None:
    try:
        make(tmp_path, os.fsdecode(b"\xff/\xfe"))
    except OSError:
        pytest.skip("this file system takes no such names")
    assert await listed(tmp_path) == "./\n\ufffd/\n  \ufffd"
