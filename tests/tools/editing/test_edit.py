"""The `edit` tool: what it tells, what it overlooks and what it refuses."""

from pathlib import Path

import pytest

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.editing.edit import Edit, EditArguments
from sessiond.tools.editor import Diagnostic
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


async def edit(scope: ToolScope, old: str, new: str, **more: object) -> ToolResult:
    return await run_tool(Edit(), scope, **{"filePath": "f", "oldString": old, "newString": new, **more})


async def refusal(scope: ToolScope, old: str, new: str, **more: object) -> str:
    """What is said; the file has not changed."""
    file = Path(scope.cwd) / "f"
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(ToolFailed) as refused:
        await edit(scope, old, new, **more)
    assert (file.read_bytes() if file.exists() else None) == before
    return str(refused.value)


async def test_an_edit_tells_the_lines_as_they_are_now_and_the_client_the_difference(
    project: Path, scope: ToolScope
) -> None:
    (project / "f").write_text("one\ntwo\nthree\nfour\n")

    assert await edit(scope, "two\n", "2\n2b\n") == ToolResult(
        "Edited f, line 2. It reads now:\n     1\tone\n     2\t2\n     3\t2b\n     4\tthree\n     5\tfour",
        "f",
        {
            "files": [
                {
                    "path": str(project / "f"),
                    "version": version_of("one\n2\n2b\nthree\nfour\n"),
                    "diff": "--- f\n+++ f\n@@ -1,4 +1,5 @@\n one\n-two\n+2\n+2b\n three\n four\n",
                    "saved": True,
                }
            ]
        },
    )


def test_leave_is_asked_for_the_file_that_a_link_leads_to(project: Path) -> None:
    (project / "real").write_text("x")
    (project / "link").symlink_to("real")
    arguments = EditArguments(filePath="link", oldString="x", newString="y")

    assert Edit().asks(arguments, str(project), str(project)) == [
        Ask(permission="edit", title="Edit real", path=project / "real")
    ]


async def test_an_empty_old_string_makes_a_new_file_or_fills_an_empty_one(project: Path, scope: ToolScope) -> None:
    (project / "empty").write_text("")

    assert (await edit(scope, "", "new\n", filePath="deep/down/f")).output == "Created deep/down/f (1 lines)."
    await edit(scope, "", "new\n", filePath="empty")

    assert (project / "deep/down/f").read_text() == (project / "empty").read_text() == "new\n"


async def test_an_empty_old_string_replaces_no_text_that_is_there(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("text")

    assert "use `write` to replace the whole file" in await refusal(scope, "", "new")


async def test_a_change_that_is_none_is_refused(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("a\nb\n")

    assert "are the same" in await refusal(scope, "a\r\nb", "a\nb")


async def test_a_missing_file_is_told_with_near_names(project: Path, scope: ToolScope) -> None:
    (project / "settings.json").write_text("{}")

    assert "settings.json" in await refusal(scope, "{}", "[]", filePath="setings.json")


async def test_several_places_are_refused_with_their_lines_and_all_replaced_when_asked(
    project: Path, scope: ToolScope
) -> None:
    (project / "f").write_text("x\ny\nx\n")

    assert "2 times, in lines 1, 3." in await refusal(scope, "x", "z")
    told = (await edit(scope, "x", "z", replaceAll=True)).output

    assert told == "Edited f, 2 places, lines 1, 3. It reads now:\n     1\tz\n     2\ty\n     3\tz"
    assert (project / "f").read_text() == "z\ny\nz\n"


async def test_places_that_overlap_are_more_than_one(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("a\nb\na\nb\na\n")

    assert "2 times, in lines 1, 3." in await refusal(scope, "a\nb\na\n", "c\n")


async def test_many_places_are_counted_and_not_all_named(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("x\n" * 30)

    assert "19, 20 and 10 more" in await refusal(scope, "x", "z")
    assert len((await edit(scope, "x", "z", replaceAll=True)).output.split("\n")) < 10


async def test_a_file_that_was_emptied_is_said_to_be_empty(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("gone\n")

    assert (await edit(scope, "gone\n", "")).output == "Edited f, line 1. It is empty now."


async def test_a_miss_shows_the_nearest_lines(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("def one():\n    return compute(1)\n\ndef two():\n    return compute(2)\n")

    told = await refusal(scope, "def two():\n    return calculate(2)", "x")

    assert "The nearest lines are:\n     4\tdef two():\n     5\t    return compute(2)\n" in told


async def test_a_miss_in_a_file_unlike_it_says_to_read_it(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("12345\n")

    assert "Nothing like it does. Read the file" in await refusal(scope, "wholly other", "x")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\n", b"a\r\nB\r\nc\r\n"),
        (b"a\rb\r", b"a\rB\rc\r"),
        (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nB\nc\n"),
        (b"a\nb", b"a\nB\nc"),
        (b"x\na\r\nb\r\n\xff\n", b"x\na\r\nB\r\nc\r\n\xff\n"),
        ("a\r\nb\r\n".encode("utf-16"), "a\r\nB\r\nc\r\n".encode("utf-16")),
    ],
    ids=["CRLF", "CR", "BOM", "no last end", "mixed ends, no UTF-8", "UTF-16"],
)
async def test_a_file_keeps_its_form_and_mode(project: Path, scope: ToolScope, before: bytes, after: bytes) -> None:
    (project / "f").write_bytes(before)
    (project / "f").chmod(0o751)

    await edit(scope, "a\nb", "a\nB\nc")

    assert (project / "f").read_bytes() == after
    assert (project / "f").stat().st_mode & 0o777 == 0o751


@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
async def test_a_byte_order_mark_before_the_old_string_is_that_of_the_file(
    project: Path, scope: ToolScope, bom: bytes
) -> None:
    (project / "f").write_bytes(bom + b"a\nb\n")

    assert "are the same" in await refusal(scope, "\ufeffa", "a")
    await edit(scope, "\ufeffa", "\ufeffA")

    assert (project / "f").read_bytes() == bom + b"A\nb\n"


async def test_a_mark_within_a_text_is_a_part_of_it(project: Path, scope: ToolScope) -> None:
    (project / "f").write_text("a\ufeffb b\n")

    await edit(scope, "\ufeffb", "c")

    assert (project / "f").read_text() == "ac b\n"


async def test_after_one_read_many_edits_may_follow(project: Path) -> None:
    (project / "f").write_text("one\n")
    scope = tool_scope(project)

    assert "has not been read yet" in await refusal(scope, "one", "two")
    await run_tool(Read(), scope, filePath="f")
    await edit(scope, "one", "two")
    await edit(scope, "two", "three")

    assert (project / "f").read_text() == "three\n"


async def test_unsaved_text_is_edited_in_its_editor_and_the_model_told_what_that_means(project: Path) -> None:
    (project / "f").write_bytes(b"disk\r\n")
    editor = OpenEditor({project / "f": "typed\r\ntext\r\n"})
    scope = tool_scope(project, files=Files(editor, must_have_read=False))

    result = await edit(scope, "text", "new\nlines")

    assert editor.files[project / "f"].text == "typed\r\nnew\r\nlines\r\n"
    assert (project / "f").read_bytes() == b"disk\r\n"
    assert "f: the change is in the editor, unsaved" in result.output
    assert result.metadata is not None
    assert result.metadata["files"][0]["saved"] is False
    assert result.metadata["files"][0]["version"] == version_of("typed\nnew\nlines\n")


async def test_what_language_servers_find_wrong_afterwards_is_added(project: Path) -> None:
    (project / "f").write_text("x\n")
    found = [
        Diagnostic(project / "f", 1, 2, "hint", "could be shorter"),
        Diagnostic(project / "f", 1, 1, "error", "y is not defined", "checker"),
        Diagnostic(project / "g", 1, 1, "error", "of another file"),
    ]
    scope = tool_scope(project, files=Files(OpenEditor(diagnostics=found), must_have_read=False))

    assert (await edit(scope, "x", "y")).output == (
        "Edited f, line 1. It reads now:\n     1\ty\n"
        "The editor's language servers say of it now:\nf:1:1: error: y is not defined [checker]"
    )
