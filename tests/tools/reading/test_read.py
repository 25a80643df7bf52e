"""The `read` tool by itself."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import Ask
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.page import MAX_LINE
from sessiond.tools.reading.read import Read, ReadArguments
from support.tools.scope import run_tool, tool_scope


async def read(directory: Path, **arguments: object) -> str:
    return (await run_tool(Read(), tool_scope(directory), **arguments)).output


async def test_lines_are_numbered_and_a_page_says_how_to_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"one\r\ntwo\nthree")
    assert await read(tmp_path, filePath="a.txt") == "     1\tone\n     2\ttwo\n     3\tthree"
    page = await read(tmp_path, filePath="a.txt", offset=2, limit=1)
    assert page == "     2\ttwo\n(lines 2 to 2; there is more, read on with offset 3)"


async def test_a_large_file_is_paged_by_size_and_every_line_is_reached(tmp_path: Path) -> None:
    (tmp_path / "big.txt").write_text("".join(f"{number} {'x' * 100}\n" for number in range(1, 3001)))
    seen, offset = 0, 1
    while True:
        page = await read(tmp_path, filePath="big.txt", offset=offset)
        assert len(page.encode()) < 51_000
        seen += sum("\t" in line for line in page.splitlines())
        if "read on with offset" not in page:
            break
        offset = int(page.rsplit("offset ", 1)[1].rstrip(")"))
    assert seen == 3000


async def test_a_long_line_is_cut_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * (MAX_LINE + 7))
    assert (await read(tmp_path, filePath="a.txt")).endswith("x (… 7 more characters)")


async def test_a_directory_is_listed(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "b.txt").touch()
    assert await read(tmp_path, filePath=".") == "b.txt\nsrc/"


async def test_names_that_are_no_utf_8_are_shown_with_replacement_characters(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/od\xff\xfed"
    try:
        os.mkdir(odd)
        Path(os.fsdecode(odd + b"/not\xffs.txt")).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such names")
    (tmp_path / "link").symlink_to(os.fsdecode(odd))
    (tmp_path / "note").symlink_to(os.fsdecode(odd + b"/not\xffs.txt"))
    assert await read(tmp_path, filePath=".") == "link/\nnote\nod\ufffd\ufffdd/"
    assert await read(tmp_path, filePath="link") == "not\ufffds.txt"
    result = await run_tool(Read(), tool_scope(tmp_path), filePath="note")
    assert result.title == "od\ufffd\ufffdd/not\ufffds.txt"
    near = "There is no file od\ufffd\ufffdd/notes.txt. Near names there: not\ufffds.txt."
    with pytest.raises(ToolFailed, match=near):
        await read(tmp_path, filePath="link/notes.txt")


def test_what_is_asked_for_can_be_shown_whatever_the_name(tmp_path: Path) -> None:
    project, odd = tmp_path / "project", os.fsdecode(os.fsencode(tmp_path) + b"/\xff?")
    project.mkdir()
    (project / "inside").symlink_to(os.fsdecode(b"a\xff"))
    (project / "outside").symlink_to(f"{odd}/file")
    assert Read().asks(ReadArguments(filePath="inside"), str(project), str(project)) == [
        Ask(permission="read", title="Read a\ufffd", path=project / os.fsdecode(b"a\xff"))
    ]
    assert Read().asks(ReadArguments(filePath="outside"), str(project), str(project)) == [
        Ask(permission="read", title=f"Read {tmp_path}/\ufffd?/file", path=Path(odd, "file"))
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("picture", "is not text"),
        ("nots.txt", "There is no file nots.txt. Near names there: notes.txt."),
        ("nowhere/at/all", "There is no file nowhere/at/all, nor a readable directory for it."),
        ("nul\0byte", "is not a path that can be read"),
    ],
)
async def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG\0\0\0")
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ToolFailed, match=words):
        await read(tmp_path, filePath=name)


async def test_an_empty_file_and_a_line_past_the_end_are_said(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert await read(tmp_path, filePath="empty") == "(empty is empty)"
    assert await read(tmp_path, filePath="empty", offset=5) == "(empty is empty)"


def test_leave_is_asked_for_the_file_that_a_link_stands_for(tmp_path: Path) -> None:
    project, secret = tmp_path / "project", tmp_path / "secret"
    project.mkdir()
    secret.write_text("s")
    (project / "link").symlink_to(secret)
    for name, path in {"link": secret, "./a/../b": project / "b"}.items():
        asks = Read().asks(ReadArguments(filePath=name), str(project), str(project))
        assert [(ask.permission, ask.path) for ask in asks] == [("read", path)]
