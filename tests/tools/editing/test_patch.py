"""The `patch` tool on real files: all or none, in the form they have, and with leave for each."""

import os
from pathlib import Path

import pytest

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.editing.patch import Patch, PatchArguments
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from support.tools.open_editor import OpenEditor
from support.tools.scope import run_tool, tool_scope


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    return directory.resolve()


@pytest.fixture
def scope(project: Path) -> ToolScope:
    return tool_scope(project, files=Files(must_have_read=False))


def body(*lines: str) -> str:
    return "\n".join(("*** Begin Patch", *lines, "*** End Patch"))


def files(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


async def refusal(scope: ToolScope, patch: str) -> str:
    with pytest.raises(ToolFailed) as refused:
        await run_tool(Patch(), scope, patchText=patch)
    return str(refused.value)


ALL = body(
    "*** Add File: docs/new.md", "+# New", "*** Update File: app.py", "@@", "-one", "+two", "*** Delete File: old.txt",
    "*** Update File: a.txt", "*** Move to: b/a.txt", "@@", "-x", "+y",
)  # fmt: skip


async def test_a_patch_changes_all_its_files_and_says_what_became_of_each(project: Path, scope: ToolScope) -> None:
    for name, text in {"app.py": "one\n", "old.txt": "gone\n", "a.txt": "x\n"}.items():
        (project / name).write_text(text)

    result = await run_tool(Patch(), scope, patchText=ALL)

    assert files(project) == {"docs/new.md": b"# New\n", "app.py": b"two\n", "b/a.txt": b"y\n"}
    assert isinstance(result.metadata, dict)
    told = result.metadata["files"]
    assert [(file["path"], file["version"] is None) for file in told] == [
        (str(project / "docs/new.md"), False),
        (str(project / "app.py"), False),
        (str(project / "old.txt"), True),
        (str(project / "a.txt"), True),
        (str(project / "b/a.txt"), False),
    ]
    assert told[1]["diff"] == "--- app.py\n+++ app.py\n@@ -1 +1 @@\n-one\n+two\n"
    assert result == ToolResult(
        "The patch is applied.\n"
        "added: docs/new.md\nchanged: app.py\ndeleted: old.txt\nmoved: a.txt\nnew place: b/a.txt",
        "Add docs/new.md and 3 more",
        result.metadata,
    )


def test_leave_is_asked_for_every_file_with_what_is_taken_away_named_first(project: Path) -> None:
    title = "Delete old.txt, Move a.txt, Move to b/a.txt, Add docs/new.md, Edit app.py"
    paths = ("docs/new.md", "app.py", "old.txt", "a.txt", "b/a.txt")

    asked = Patch().asks(PatchArguments(patchText=ALL), str(project), str(project))

    assert asked == [Ask(permission="edit", title=title, path=project / path) for path in paths]


async def test_leave_is_asked_for_the_file_that_a_link_or_dots_lead_to(project: Path, tmp_path: Path) -> None:
    (project / "link").symlink_to(tmp_path)
    patch = body("*** Update File: link/x", "*** Move to: ../y", "*** Add File: /z", "+z")

    asked = Patch().asks(PatchArguments(patchText=patch), str(project), str(project))

    assert [ask.path for ask in asked] == [tmp_path.resolve() / "x", tmp_path.resolve() / "y", Path("/z")]


@pytest.mark.parametrize(
    ("last", "says"),
    [
        (["*** Update File: app.py", "@@", "-three", "+four"], "app.py: the hunk in line 9 of the patch expects"),
        (["*** Delete File: missing"], "There is no file missing"),
        (["*** Delete File: folder"], "folder is a directory"),
        (["*** Update File: missing", "@@", "-x"], "There is no file missing"),
        (["*** Add File: a.txt", "+x"], "a.txt exists already"),
        (["*** Update File: a.txt", "*** Move to: b.txt"], "b.txt exists already"),
        (["*** Update File: picture", "@@", "-x"], "picture is not text"),
        (["*** Update File: a.txt", "*** Move to: z", "*** Update File: z", "@@", "-x"], "Do this in two patches"),
        (["*** Add File: app.py/x", "+x"], "app.py/x"),
    ],
)  # fmt: skip
async def test_a_patch_that_fails_in_one_file_changes_none(
    project: Path, scope: ToolScope, last: list[str], says: str
) -> None:
    (project / "folder").mkdir()
    (project / "app.py").write_text("one\n")
    (project / "a.txt").write_text("x\n")
    (project / "b.txt").write_text("y\n")
    (project / "picture").write_bytes(b"\0\1")
    before = files(project)

    assert says in await refusal(
        scope, body("*** Add File: deep/down/first", "+1", "*** Update File: app.py", "@@", "-one", "+two", *last)
    )
    assert files(project) == before
    assert not (project / "deep").exists()


async def test_sections_that_name_a_file_again_follow_one_another(project: Path, scope: ToolScope) -> None:
    (project / "a").write_text("1\n2\n")
    (project / "b").write_text("old\n")

    await run_tool(
        Patch(),
        scope,
        patchText=body(
            "*** Update File: a", "-1", "+one", "*** Update File: ./a", "-2", "+two",
            "*** Update File: a", "-one", "+1", "*** Delete File: b", "*** Add File: b", "+new",
        ),
    )  # fmt: skip

    assert files(project) == {"a": b"1\ntwo\n", "b": b"new\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"a\r\nb\r\n", b"a\r\nB\r\nc\r\n"),
        (b"\xef\xbb\xbfa\nb\n", b"\xef\xbb\xbfa\nB\nc\n"),
        (b"a\nb", b"a\nB\nc"),
        (b"a\r\nb\nx\r\n", b"a\r\nB\nc\nx\r\n"),
        ("a\nb\n".encode("utf-16"), "a\nB\nc\n".encode("utf-16")),
        (b"\xff\nb\n", b"\xff\nB\nc\n"),
    ],
    ids=["CRLF", "BOM", "no last end", "mixed ends", "UTF-16", "bytes that are no UTF-8"],
)
@pytest.mark.parametrize("moved", [False, True], ids=["in place", "moved"])
async def test_a_file_keeps_its_form_and_mode(
    project: Path, scope: ToolScope, before: bytes, after: bytes, moved: bool
) -> None:
    (project / "f").write_bytes(before)
    (project / "f").chmod(0o755)
    move = ["*** Move to: new/f"] if moved else []

    await run_tool(
        Patch(), scope, patchText=body("*** Update File: f", *move, "@@", "-b", "+B", "+c").replace("\n", "\r\n")
    )

    place = "new/f" if moved else "f"
    assert files(project) == {place: after}
    assert (project / place).stat().st_mode & 0o777 == 0o755


async def test_the_target_of_a_link_is_not_deleted_or_moved_by_the_name_of_the_link(
    project: Path, scope: ToolScope
) -> None:
    (project / "real").write_text("x\n")
    (project / "link").symlink_to("real")

    assert "link is a link to" in await refusal(scope, body("*** Delete File: link"))
    assert "link is a link to" in await refusal(scope, body("*** Update File: link", "*** Move to: b"))
    await run_tool(Patch(), scope, patchText=body("*** Update File: link", "-x", "+y"))

    assert os.readlink(project / "link") == "real"
    assert (project / "real").read_text() == "y\n"


async def test_a_patch_that_changes_nothing_fails(project: Path, scope: ToolScope) -> None:
    (project / "a").write_text("x\n")

    assert "changes nothing" in await refusal(scope, body("*** Update File: a", "-x", "+x"))


async def test_a_file_that_has_not_been_read_is_not_changed(project: Path) -> None:
    (project / "a").write_text("x\n")

    assert "Read it first" in await refusal(tool_scope(project), body("*** Update File: a", "-x", "+y"))


async def test_an_open_file_is_changed_in_its_editor_and_the_model_told_that_the_disk_lags_behind(
    project: Path,
) -> None:
    (project / "a").write_text("disk\n")
    editor = OpenEditor({project / "a": "typed\n"})
    scope = tool_scope(project, files=Files(editor, must_have_read=False))

    result = await run_tool(
        Patch(), scope, patchText=body("*** Update File: a", "-typed", "+patched", "*** Add File: b", "+b")
    )

    assert editor.files[project / "a"].text == "patched\n"
    assert files(project) == {"a": b"disk\n", "b": b"b\n"}
    assert "changed: a (unsaved in the editor" in result.output


async def test_text_that_is_not_unicode_is_refused(project: Path, scope: ToolScope) -> None:
    assert "not valid Unicode" in await refusal(scope, body("*** Add File: a", "+\ud800"))
    assert files(project) == {}


async def test_indentation_that_was_overlooked_is_told(project: Path, scope: ToolScope) -> None:
    (project / "a.py").write_text("if a:\n    x = 1\n")

    result = await run_tool(
        Patch(), scope, patchText=body("*** Update File: a.py", "*** Move to: b.py", "@@", "-x = 1", "+y = 1")
    )

    assert result.output.split("\n")[-1] == (
        "a.py: hunk in line 4 of the patch did not match exactly: a different indentation. "
        "Its new lines are indented as the file is."
    )
    assert files(project) == {"b.py": b"if a:\n    y = 1\n"}
