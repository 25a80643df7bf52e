"""The `write` tool: new files with their folders, and new content that keeps a file's form."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import ToolResult, ToolScope
from sessiond.tools.editing.edit import Edit
from sessiond.tools.editing.write import Write
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from sessiond.tools.files.text_form import version_of
from sessiond.tools.reading.read import Read
from support.tools.open_editor import OpenEditor
from support.tools.scope import run_tool, tool_scope


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path.resolve()


@pytest.fixture
def scope(project: Path) -> ToolScope:
    return tool_scope(project, files=Files(must_have_read=False))


async def write(scope: ToolScope, path: str, content: str) -> ToolResult:
    return await run_tool(Write(), scope, filePath=path, content=content)


async def refusal(scope: ToolScope, path: str) -> str:
    with pytest.raises(ToolFailed) as refused:
        await write(scope, path, "new\n")
    return str(refused.value)


async def test_a_new_file_is_made_with_its_folders_and_needs_no_reading(project: Path) -> None:
    assert await write(tool_scope(project), "a/b/c.txt", "one\r\ntwo") == ToolResult(
        "Created a/b/c.txt (2 lines).",
        "a/b/c.txt",
        {
            "files": [
                {
                    "path": str(project / "a/b/c.txt"),
                    "version": version_of("one\ntwo"),
                    "diff": "--- /dev/null\n+++ a/b/c.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n",
                    "saved": True,
                }
            ]
        },
    )
    assert (project / "a/b/c.txt").read_bytes() == b"one\r\ntwo"


async def test_a_file_that_exists_must_have_been_read(project: Path) -> None:
    (project / "f").write_text("old\n")
    scope = tool_scope(project)

    assert "has not been read yet" in await refusal(scope, "f")
    await run_tool(Read(), scope, filePath="f")

    assert (await write(scope, "f", "new\nlines\n")).output == "Wrote f: 2 lines, there were 1."
    assert (project / "f").read_text() == "new\nlines\n"


async def test_a_file_that_was_changed_since_it_was_read_is_not_overwritten(project: Path) -> None:
    (project / "f").write_text("old\n")
    scope = tool_scope(project)
    await run_tool(Read(), scope, filePath="f")
    (project / "f").write_text("another program's\n")

    assert "has been changed since it was read" in await refusal(scope, "f")
    assert (project / "f").read_text() == "another program's\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\n", b"x\r\ny\r\n"),
        (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfx\ny\n"),
        ("a\r\n".encode("utf-16"), "x\r\ny\r\n".encode("utf-16")),
        (b"a", b"x\ny\n"),
        (b"", b"x\ny\n"),
    ],
    ids=["CRLF", "BOM", "UTF-16", "one line", "empty"],
)
async def test_a_file_keeps_its_form_and_mode(project: Path, scope: ToolScope, before: bytes, after: bytes) -> None:
    (project / "f").write_bytes(before)
    (project / "f").chmod(0o751)

    await write(scope, "f", "x\ny\n")

    assert (project / "f").read_bytes() == after
    assert (project / "f").stat().st_mode & 0o777 == 0o751


async def test_a_file_with_this_content_is_left_alone_and_that_is_said(project: Path, scope: ToolScope) -> None:
    (project / "f").write_bytes(b"same\r\n")
    before = (project / "f").stat()

    result = await write(scope, "f", "same\n")

    assert result.output == "f had exactly this content already."
    assert (project / "f").stat() == before


async def test_a_link_stays_a_link_and_what_it_leads_to_is_written(project: Path, scope: ToolScope) -> None:
    (project / "real").write_text("x")
    (project / "link").symlink_to("real")
    (project / "dangling").symlink_to("not/yet")

    await write(scope, "link", "new")
    await write(scope, "dangling", "newer")

    assert (os.readlink(project / "link"), os.readlink(project / "dangling")) == ("real", "not/yet")
    assert ((project / "real").read_text(), (project / "not/yet").read_text()) == ("new", "newer")


async def test_what_is_no_text_file_is_refused_by_what_it_is(project: Path, scope: ToolScope) -> None:
    (project / "folder").mkdir()
    os.mkfifo(project / "pipe")
    (project / "picture").write_bytes(b"\x89PNG\0\0")
    (project / "huge").write_bytes(b"")
    os.truncate(project / "huge", 11 * 1024 * 1024)
    (project / "loop").symlink_to("loop")

    assert "folder is a directory" in await refusal(scope, "folder")
    assert "is a pipe, a device or a socket" in await refusal(scope, "pipe")
    assert "picture is not text (6 bytes)" in await refusal(scope, "picture")
    assert "huge has 11534336 bytes" in await refusal(scope, "huge")
    assert "loop" in await refusal(scope, "loop")
    assert "not a path" in await refusal(scope, "nul\0byte")
    assert "picture/below" in await refusal(scope, "picture/below")


async def test_a_write_protected_file_is_left_alone_by_everybody(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("x")
    (project / "f").chmod(0o444)

    assert await refusal(scope, "f") == "f is write-protected. Nothing was changed."


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="everything is writable for root")
async def test_a_directory_that_cannot_be_written_is_told(project: Path, scope: ToolScope) -> None:
    (project / "closed").mkdir(mode=0o555)

    assert "closed/f cannot be written: Permission denied" in await refusal(scope, "closed/f")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="another system")
async def test_a_directory_in_which_nobody_can_make_files_is_told(scope: ToolScope) -> None:
    assert "cannot be written" in await refusal(scope, "/proc/none/f")


@pytest.mark.parametrize("content", ["one\r\ntwo\r\n", "one\rtwo\r", "\ufeffone\ntwo\n"], ids=["CRLF", "CR", "BOM"])
async def test_a_new_file_may_be_edited_at_once_whatever_its_form(project: Path, content: str) -> None:
    scope = tool_scope(project)

    await write(scope, "f", content)
    await run_tool(Edit(), scope, filePath="f", oldString="one\ntwo", newString="1\n2")

    assert (project / "f").read_bytes() == content.replace("one", "1").replace("two", "2").encode()


async def test_content_that_is_no_text_is_refused(project: Path, scope: ToolScope) -> None:
    with pytest.raises(ToolFailed, match="such as NUL"):
        await write(scope, "f", "a\0b")
    assert list(project.iterdir()) == []


async def test_lone_surrogates_become_what_a_file_can_hold(project: Path, scope: ToolScope) -> None:
    await write(scope, "f", "a\ud800b")

    assert (project / "f").read_text("utf-8") == "a\ufffdb"


async def test_text_that_was_typed_meanwhile_is_not_lost_to_a_whole_new_one(project: Path) -> None:
    (project / "f").write_text("disk\n")
    editor = OpenEditor({project / "f": "typed\n"})
    scope = tool_scope(project, files=Files(editor))
    await run_tool(Read(), scope, filePath="f")
    editor.type(project / "f", "typed more\n")

    assert "has been changed since it was read" in await refusal(scope, "f")
    assert editor.files[project / "f"].text == "typed more\n"
