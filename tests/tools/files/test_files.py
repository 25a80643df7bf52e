"""Changes of files: only as they were seen, all or none, in the editor where one has the file open."""

import asyncio
import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from sessiond.tools.editor import OpenFile
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Change, Edit, files_metadata
from sessiond.tools.files.files import Files
from sessiond.tools.files.seen import Seen
from sessiond.tools.files.splices import Splice
from sessiond.tools.files.text_form import version_of
from support.tools.cancelled_at import CancelledAt
from support.tools.open_editor import OpenEditor


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return tmp_path.resolve()


class Typing(OpenEditor):
    """Its user types just before an edit arrives, as often as there is something to type."""

    def __init__(self, texts: dict[Path, str], typed: list[str]) -> None:
        super().__init__(texts)
        self._typed = typed
        self.asked: list[int | None] = []

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        self.asked.append(opened.version)
        if self._typed:
            self.type(path, self._typed.pop(0))
        return await super().replace(path, opened, text)


class Meanwhile(OpenEditor):
    """Something happens while it is asked."""

    def __init__(self, texts: dict[Path, str], happens: Callable[[], object]) -> None:
        super().__init__(texts)
        self._happens = happens

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        saved = await super().replace(path, opened, text)
        self._happens()
        return saved


def unseen(editor: OpenEditor | None = None) -> Files:
    return Files(editor, must_have_read=False)


def swapped(old: str, new: str) -> Callable[[str | None], str]:
    def change(text: str | None) -> str:
        assert text is not None
        return text.replace(old, new)

    return change


def to(text: str) -> Callable[[str | None], str]:
    return lambda _: text


def content(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() for path in directory.rglob("*") if path.is_file()
    }


async def refusal(files: Files, *edits: Edit) -> str:
    with pytest.raises(ToolFailed) as refused:
        await files.apply(edits, str(edits[0].path.parent))
    return str(refused.value)


async def test_what_became_of_each_file_is_told_for_the_client_and_the_log(project: Path) -> None:
    (project / "gone").write_text("x\n")
    edits = [Edit(project / "new", to("y")), Edit(project / "gone", lambda _: None)]

    changes = await unseen().apply(edits, str(project))

    assert changes == [
        Change(
            project / "new", None, "y", "--- /dev/null\n+++ new\n@@ -0,0 +1 @@\n+y\n\\ No newline at end of file\n",
            saved=True, version=version_of("y"),
        ),
        Change(
            project / "gone", "x\n", None, "--- gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n", saved=True, version=None
        ),
    ]  # fmt: skip
    assert files_metadata(changes) == {
        "files": [
            {"path": str(change.path), "version": change.version, "diff": change.diff, "saved": True}
            for change in changes
        ]
    }
    assert content(project) == {"new": b"y"}


async def test_a_file_is_changed_as_it_was_seen_and_own_changes_count_as_seen(project: Path) -> None:
    path = project / "f"
    path.write_text("one\n")
    files = Files()

    assert "has not been read yet" in await refusal(files, Edit(path, to("two\n")))
    files.seen.remember(path, version_of("one\n"))
    await files.apply([Edit(path, to("two\n"))], str(project))
    await files.apply([Edit(path, to("three\n"))], str(project))
    path.write_text("another's\n")

    assert "has been changed since it was read" in await refusal(files, Edit(path, to("four\n")))
    assert path.read_text() == "another's\n"


async def test_a_file_that_is_gone_is_no_longer_seen(project: Path) -> None:
    path = project / "f"
    path.write_text("one\n")
    files = Files(seen=Seen({path: version_of("one\n")}))
    await files.apply([Edit(path, lambda _: None)], str(project))
    path.write_text("one\n")

    assert "has not been read yet" in await refusal(files, Edit(path, to("two\n")))


async def test_a_file_only_touched_or_given_other_line_ends_is_still_as_seen(project: Path) -> None:
    path = project / "f"
    path.write_bytes(b"one\r\n")
    files = Files(seen=Seen({path: version_of("one\n")}))
    os.utime(path, (1, 1))

    await files.apply([Edit(path, swapped("one", "two"))], str(project))

    assert path.read_bytes() == b"two\r\n"


async def test_a_failure_in_one_file_leaves_all_as_they_were(project: Path) -> None:
    (project / "a").write_text("a\n")
    (project / "taken").write_text("t\n")
    before = content(project)

    said = await refusal(
        unseen(),
        Edit(project / "a", to("A\n")),
        Edit(project / "deep/new", to("n\n")),
        Edit(project / "taken", to("T\n"), overwrites=False),
    )

    assert said == "taken exists already. Nothing was changed."
    assert (content(project), (project / "deep").exists()) == (before, False)


async def test_an_editor_gets_its_text_back_when_the_disk_refuses(project: Path) -> None:
    open_file, on_disk = project / "open", project / "disk"
    open_file.write_text("saved\n")
    on_disk.write_text("disk\n")
    editor = Meanwhile({open_file: "typed\n"}, lambda: on_disk.write_text("another's\n"))

    said = await refusal(unseen(editor), Edit(open_file, to("new\n")), Edit(on_disk, to("new\n")))

    assert said == "disk cannot be written: another program has just changed it. Nothing was changed."
    assert editor.files[open_file].text == "typed\n"
    assert content(project) == {"open": b"saved\n", "disk": b"another's\n"}


async def test_a_file_that_appears_meanwhile_is_not_overwritten(project: Path) -> None:
    open_file, new = project / "open", project / "new"
    editor = Meanwhile({open_file: "typed\n"}, lambda: new.write_text("another's\n"))

    said = await refusal(unseen(editor), Edit(open_file, to("x\n")), Edit(new, to("n\n"), overwrites=False))

    assert "another program has just changed it" in said
    assert content(project) == {"new": b"another's\n"}


async def test_one_file_in_two_changes_at_once_is_refused(project: Path) -> None:
    assert "is named twice" in await refusal(unseen(), Edit(project / "f", to("1")), Edit(project / "f", to("2")))


async def test_what_a_user_types_meanwhile_is_kept_and_the_edit_made_in_it(project: Path) -> None:
    path = project / "f"
    editor = Typing({path: "one\r\ntwo\r\n"}, ["typed\r\none\r\ntwo\r\n"])
    files = Files(editor, Seen({path: version_of("one\ntwo\n")}))

    changes = await files.apply([Edit(path, swapped("two", "2"))], str(project))

    assert editor.files[path].text == "typed\r\none\r\n2\r\n"
    assert editor.asked == [1, 2]
    assert [(change.before, change.after, change.saved) for change in changes] == [
        ("typed\none\ntwo\n", "typed\none\n2\n", False)
    ]


async def test_a_user_who_types_on_and_on_is_left_alone_after_the_second_try(project: Path) -> None:
    path = project / "f"
    editor = Typing({path: "one\n"}, ["one, 2\n", "one, 3\n", "one, 4\n"])

    assert "An editor has not taken the change" in await refusal(unseen(editor), Edit(path, swapped("one", "new")))
    assert (editor.files[path].text, editor.asked) == ("one, 3\n", [1, 2])


async def test_a_whole_new_text_never_replaces_what_was_typed_meanwhile(project: Path) -> None:
    path = project / "f"
    editor = Typing({path: "one\n"}, ["typed\n"])
    files = Files(editor, Seen({path: version_of("one\n")}))

    assert "has been changed since it was read" in await refusal(files, Edit(path, to("new\n"), whole=True))
    assert editor.files[path].text == "typed\n"


async def test_a_file_without_unsaved_text_is_saved_by_its_editor_and_that_is_told(project: Path) -> None:
    path = project / "f"
    path.write_text("one\n")
    editor = OpenEditor({path: "one\n"})
    editor.clean.add(path)

    changes = await unseen(editor).apply([Edit(path, to("two\n"))], str(project))

    assert ([change.saved for change in changes], path.read_text()) == ([True], "two\n")


async def test_two_editors_that_differ_are_told_and_left_alone(project: Path) -> None:
    editor = OpenEditor({project / "f": "one\n"})
    editor.differing.add(project / "f")

    assert "open in two editors" in await refusal(unseen(editor), Edit(project / "f", to("two\n")))
    assert editor.files[project / "f"].text == "one\n"


async def test_a_file_with_unsaved_text_is_not_deleted(project: Path) -> None:
    path = project / "f"
    path.write_text("saved\n")
    editor = OpenEditor({path: "typed\n"})

    assert "unsaved changes in an editor" in await refusal(unseen(editor), Edit(path, lambda _: None))
    assert path.read_text() == "saved\n"


async def test_a_link_that_has_come_into_the_path_since_leave_was_given_is_refused(project: Path) -> None:
    (project / "elsewhere").mkdir()
    (project / "folder").symlink_to("elsewhere")

    assert "now stands for another file" in await refusal(unseen(), Edit(project / "folder" / "f", to("x")))
    assert content(project) == {}


async def test_changes_of_files_in_any_order_do_not_wait_for_each_other(project: Path) -> None:
    names = ["a", "b", "c"]
    for name in names:
        (project / name).write_text("")

    def added(number: int) -> Callable[[str | None], list[Splice]]:
        return lambda text: [Splice(len(text or ""), len(text or ""), f"{number}\n")]

    orders = [names, names[::-1], ["b", "a"], ["c", "b"]] * 3
    async with asyncio.timeout(20):
        await asyncio.gather(*(
            unseen().apply([Edit(project / name, added(number)) for name in order], str(project))
            for number, order in enumerate(orders)
        ))  # fmt: skip

    for name in names:
        numbers = [int(line) for line in (project / name).read_text().split()]
        assert sorted(numbers) == [number for number, order in enumerate(orders) if name in order]


async def test_cancelled_at_any_point_all_files_are_changed_or_none(project: Path) -> None:
    open_file, changed, new = project / "open", project / "changed", project / "deep" / "new"
    outcomes: list[tuple[str, dict[str, bytes]]] = []
    for point in count():
        changed.write_text("old\n")
        new.unlink(missing_ok=True)
        editor = OpenEditor({open_file: "old\n"})
        edits = [Edit(open_file, to("new\n")), Edit(changed, to("new\n")), Edit(new, to("new\n"))]
        cancelled = await CancelledAt(unseen(editor).apply(edits, str(project)), point)
        outcome = (editor.files[open_file].text, content(project))
        assert outcome in (
            ("old\n", {"changed": b"old\n"}),
            ("new\n", {"changed": b"new\n", "deep/new": b"new\n"}),
        )
        outcomes.append(outcome)
        if not cancelled:
            break

    assert outcomes[0] != outcomes[-1]
