"""`read` beyond plain files: unsaved text, images and PDF, what it marks as seen, and what it suggests."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.seen import seen_in
from sessiond.tools.files.text_form import version_of
from sessiond.tools.reading.attachments import MAX_BYTES
from sessiond.tools.reading.read import UNSAVED_NOTE, Read
from sessiond_protocol.messages import Attachment, Message, ToolPart, ToolState
from support.tools.open_editor import OpenEditor
from support.tools.scope import run_tool, tool_scope

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


async def test_unsaved_text_is_read_and_said_to_be_unsaved(tmp_path: Path) -> None:
    file, saved, new = tmp_path / "a.txt", tmp_path / "b.txt", tmp_path / "new.txt"
    file.write_text("old")
    saved.write_bytes(b"\xef\xbb\xbfsame\r\n")
    scope = tool_scope(tmp_path, editor=OpenEditor({file: "one\r\ntwo\ud800", saved: "same\n", new: ""}))
    result = await run_tool(Read(), scope, filePath="a.txt")
    assert result == ToolResult(
        f"     1\tone\n     2\ttwo\ufffd{UNSAVED_NOTE}",
        "a.txt",
        {"lines": 2, "more": False, "files": [{"path": str(file), "version": version_of("one\ntwo\ud800")}]},
    )
    assert (await run_tool(Read(), scope, filePath="b.txt")).output == "     1\tsame"
    assert (await run_tool(Read(), scope, filePath="new.txt")).output == f"(new.txt is empty){UNSAVED_NOTE}"


async def test_what_was_read_is_seen_and_the_log_can_tell_it_again(tmp_path: Path) -> None:
    content = "one\r\ntwo\r\nthree"
    (tmp_path / "a.txt").write_bytes(content.encode())
    scope = tool_scope(tmp_path)
    result = await run_tool(Read(), scope, filePath="a.txt", limit=1)
    version = version_of(content.replace("\r\n", "\n"))
    assert scope.files.seen.version(tmp_path / "a.txt") == version
    state = ToolState(status="completed", metadata=result.metadata)
    message = Message("m", "s", "t", "assistant", [ToolPart("p", "c", "read", state)], 0)
    assert seen_in([message]).version(tmp_path / "a.txt") == version


async def test_a_file_too_large_to_edit_is_read_and_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"line\n" * 3_000_000)
    scope = tool_scope(tmp_path)
    result = await run_tool(Read(), scope, filePath="big", offset=3_000_000)
    assert result == ToolResult("3000000\tline", "big", {"lines": 1, "more": False})
    assert scope.files.seen.version(tmp_path / "big") is None


async def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    for name, encoding in {"eight": "utf-8-sig", "sixteen": "utf-16"}.items():
        (tmp_path / name).write_bytes("größe\r\nzwei".encode(encoding))
        scope = tool_scope(tmp_path)
        result = await run_tool(Read(), scope, filePath=name)
        assert result.output == "     1\tgröße\n     2\tzwei"
        assert scope.files.seen.version(tmp_path / name) == version_of("größe\nzwei")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", PNG, "image/png"),
        ("a.jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF\0", "image/jpeg"),
        ("a.gif", b"GIF89a\1\0\1\0", "image/gif"),
        ("a.webp", b"RIFF\x1a\0\0\0WEBPVP8L", "image/webp"),
        ("a.pdf", b"%PDF-1.7\nno NUL", "application/pdf"),
    ],
)
async def test_images_and_pdf_are_known_by_content_and_attached(
    tmp_path: Path, name: str, content: bytes, kind: str
) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / name).write_bytes(content)
    result = await run_tool(Read(), tool_scope(tmp_path), filePath=f"sub/{name}")
    assert result.output == f"(sub/{name} is {kind}, {len(content)} bytes; it is attached)"
    (attachment,) = result.attachments
    assert (attachment.media_type, attachment.name) == (kind, name)
    assert attachment == Attachment(kind, attachment.uri, name)
    assert attachment.uri.startswith(f"data:{kind};base64,")


async def test_text_that_begins_like_an_image_is_text(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("GIF89a is a format")
    assert (await run_tool(Read(), tool_scope(tmp_path), filePath="notes")).output == "     1\tGIF89a is a format"


async def test_an_image_too_large_to_attach_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.png").open("wb") as file:
        file.write(PNG)
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(ToolFailed, match=f"a.png is image/png of {MAX_BYTES + 1} bytes; at most {MAX_BYTES}"):
        await run_tool(Read(), tool_scope(tmp_path), filePath="a.png")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("X/MAIN.PY", "There is no file X/MAIN.PY, nor a readable directory for it. "
         "Files of that name elsewhere: src/main.py."),
        ("src/Main.py", "There is no file src/Main.py. Near names there: main.py."),
        ("main.py", "There is no file main.py. Files of that name elsewhere: src/main.py."),
        ("src/zzz", "There is no file src/zzz."),
    ],
)  # fmt: skip
async def test_a_miss_suggests_what_may_have_been_meant(tmp_path: Path, wanted: str, told: str) -> None:
    for name in ("src/main.py", "src/other.txt", "ignored/main.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("ignored/")
    with pytest.raises(ToolFailed) as error:
        await run_tool(Read(), tool_scope(tmp_path), filePath=wanted)
    assert str(error.value) == told


async def test_a_miss_is_told_also_without_ripgrep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessiond.tools.reading.search.ripgrep._packaged", lambda: None)
    scope = tool_scope(tmp_path, environment={"PATH": "/var/empty"})
    with pytest.raises(ToolFailed) as error:
        await run_tool(Read(), scope, filePath="a.txt")
    assert str(error.value) == "There is no file a.txt."


async def test_a_name_that_json_cannot_carry_stays_out_of_the_metadata(tmp_path: Path) -> None:
    file = tmp_path / os.fsdecode(b"a\xff")
    try:
        file.write_text("text")
    except OSError:
        pytest.skip("this file system takes no such names")
    (tmp_path / "link").symlink_to(file)
    scope = tool_scope(tmp_path)
    result = await run_tool(Read(), scope, filePath="link")
    assert result == ToolResult("     1\ttext", "a\ufffd", {"lines": 1, "more": False})
    assert scope.files.seen.version(file) == version_of("text")


async def test_a_kept_output_is_read_like_any_file(tmp_path: Path) -> None:
    scope = tool_scope(tmp_path)
    scope.outputs.directory.mkdir()
    (scope.outputs.directory / "0123").write_text("one\ntwo\n")
    result = await run_tool(Read(), scope, filePath=str(scope.outputs.directory / "0123"), offset=2)
    assert result.output == "     2\ttwo"
