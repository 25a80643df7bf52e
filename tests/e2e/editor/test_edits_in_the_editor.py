"""Edits of open files go to the editor that has them open, over the real process; nothing typed is ever lost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.editor.daemon import EditorDaemon

READ: tuple[str, dict[str, Any]] = ("read", {"filePath": "notes.txt"})
EDIT: tuple[str, dict[str, Any]] = ("edit", {"filePath": "notes.txt", "oldString": "two", "newString": "TWO"})
WRITE: tuple[str, dict[str, Any]] = ("write", {"filePath": "notes.txt", "content": "all new\n"})


def position(line: int, character: int) -> dict[str, int]:
    return {"line": line, "character": character}


def typing_first(daemon: EditorDaemon, path: Path, text: str) -> Callable[[Any], dict[str, Any]]:
    """An editor whose user types just before the first edit arrives."""

    def answer(params: dict[str, Any]) -> dict[str, Any]:
        if len(daemon.asked) == 1:
            daemon.type(path, text)
        return daemon.apply_edit(params)

    return answer


async def test_an_edit_is_a_small_change_of_the_version_that_was_read_and_the_disk_stays(
    home: Home, notes: Path
) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "one\n")
        daemon.type(notes, "one\n😀 two\nthree\n")

        _, edited, read = await daemon.run_tools(READ, EDIT, READ)

        assert daemon.buffers.edits == [
            {
                "label": "Edit notes.txt",
                "edit": {
                    "documentChanges": [
                        {
                            "textDocument": {"uri": notes.as_uri(), "version": 2},
                            "edits": [{"range": {"start": position(1, 3), "end": position(1, 6)}, "newText": "TWO"}],
                        }
                    ]
                },
            }
        ]
        assert daemon.buffers.text(notes) == "one\n😀 TWO\nthree\n"
        assert len(daemon.buffers.undo) == 1
        assert notes.read_text() == "one\ntwo\nthree\n"
        assert "😀 TWO" in read["output"]
        (file,) = edited["metadata"]["files"]
        assert (file["path"], file["saved"]) == (str(notes), False)
        assert "-😀 two\n+😀 TWO" in file["diff"]


async def test_line_ends_of_the_editors_text_stay(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "one\r\ntwo\r\nthree")

        await daemon.run_tools(READ, EDIT)

        assert daemon.buffers.text(notes) == "one\r\nTWO\r\nthree"


async def test_what_is_typed_while_an_edit_is_on_its_way_stays_and_the_edit_is_tried_once_more(
    home: Home, notes: Path
) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "one\ntwo\n")
        daemon.answers["workspace/applyEdit"] = typing_first(daemon, notes, "typed\none\ntwo\n")

        _, edited = await daemon.run_tools(READ, EDIT)

        changes = [edit["edit"]["documentChanges"][0] for edit in daemon.buffers.edits]
        assert edited["status"] == "completed"
        assert daemon.buffers.text(notes) == "typed\none\nTWO\n"
        assert [change["textDocument"]["version"] for change in changes] == [1, 2]
        assert [change["edits"][0]["range"]["start"] for change in changes] == [position(1, 0), position(2, 0)]


async def test_a_whole_new_text_is_not_put_over_what_is_typed_meanwhile(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "one\n")
        daemon.answers["workspace/applyEdit"] = typing_first(daemon, notes, "one\ntyped\n")

        _, written = await daemon.run_tools(READ, WRITE)

        assert "has been changed since it was read" in written["error"]
        assert daemon.buffers.text(notes) == "one\ntyped\n"
        assert len(daemon.asked) == 1


@pytest.mark.parametrize("call", [EDIT, WRITE], ids=["edit", "write"])
async def test_an_edit_that_is_refused_twice_fails_with_the_reason_and_nothing_has_changed(
    home: Home, notes: Path, call: tuple[str, dict[str, Any]]
) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "two typed\n")
        daemon.buffers.refusing = "the buffer is locked"

        _, refused = await daemon.run_tools(READ, call)

        assert refused["status"] == "failed"
        assert "the buffer is locked" in refused["error"]
        assert len(daemon.asked) == 2
        assert daemon.buffers.text(notes) == "two typed\n"
        assert notes.read_text() == "one\ntwo\nthree\n"


async def test_a_patch_that_an_editor_refuses_leaves_the_other_files_alone(home: Home, notes: Path) -> None:
    closed = notes.with_name("closed.txt")
    closed.write_text("closed\n")
    patch = (
        "*** Begin Patch\n*** Update File: closed.txt\n@@\n-closed\n+changed\n"
        "*** Update File: notes.txt\n@@\n-two\n+TWO\n*** End Patch"
    )
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "two\n")
        daemon.buffers.refusing = "no"

        *_, patched = await daemon.run_tools(
            READ, ("read", {"filePath": "closed.txt"}), ("patch", {"patchText": patch})
        )

        assert patched["status"] == "failed"
        assert (closed.read_text(), daemon.buffers.text(notes)) == ("closed\n", "two\n")
        assert sorted(path.name for path in notes.parent.iterdir()) == ["closed.txt", "notes.txt"]


async def test_a_file_that_is_not_open_is_written_to_the_disk(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes.with_name("other.txt"), "open\n")

        _, edited = await daemon.run_tools(READ, EDIT)

        assert notes.read_text() == "one\nTWO\nthree\n"
        assert edited["metadata"]["files"][0]["saved"] is True
        assert daemon.asked == []


async def test_an_editor_that_never_answers_fails_the_edit_in_time_and_the_turn_goes_on(
    home: Home, notes: Path
) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "two\n")
        daemon.answers["workspace/applyEdit"] = lambda params: None

        _, edited = await daemon.run_tools(READ, EDIT)

        assert "did not say that it has made the edit" in edited["error"]
        assert daemon.cancelled == [daemon.asked[0]["id"]]
        assert notes.read_text() == "one\ntwo\nthree\n"


async def test_an_abort_takes_the_edit_back_from_an_editor_that_is_silent(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, "two\n")
        daemon.answers["workspace/applyEdit"] = lambda params: None
        home.play(*({"toolCalls": [{"name": name, "arguments": given}]} for name, given in (READ, EDIT)))
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        await daemon.until(lambda: daemon.asked)

        await daemon.request("session/abort", {"sessionId": session_id})

        assert (await chat.result())["stopReason"] == "aborted"
        await daemon.until(lambda: daemon.cancelled)
        assert daemon.cancelled == [daemon.asked[0]["id"]]


async def test_what_language_servers_say_of_an_edit_is_told_to_the_model(home: Home, notes: Path) -> None:
    async with EditorDaemon(home, diagnostics=True) as daemon:
        daemon.open(notes, "one\ntwo\n")
        found = {
            "range": {"start": position(1, 0), "end": position(1, 3)},
            "severity": 1,
            "message": "TWO is not a word.",
            "source": "spell",
        }
        files = [{"uri": notes.as_uri(), "diagnostics": [found]}]
        daemon.answers["editor/diagnostics"] = lambda params: {"result": {"files": files}}

        _, edited = await daemon.run_tools(READ, EDIT)

        assert edited["output"].endswith(
            "The editor's language servers say of it now:\nnotes.txt:2:1: error: TWO is not a word. [spell]"
        )
        assert daemon.asked[-1]["params"] == {"uri": notes.as_uri(), "version": 2}


async def test_a_revert_puts_an_open_file_back_in_its_editor_before_it_answers(home: Home, notes: Path) -> None:
    async with EditorDaemon(home) as daemon:
        daemon.open(notes, notes.read_text())
        await daemon.run_tools(READ, EDIT)
        assert "TWO" in daemon.buffers.text(notes)
        [session_id] = daemon.sessions
        [prompt, *_] = await daemon.messages(session_id)

        asked = {"sessionId": session_id, "messageId": prompt["id"], "files": True}
        reverted = await daemon.request("session/revert", asked, seconds=5)

        assert [file["outcome"] for file in reverted["files"]] == ["restored"]
        assert daemon.buffers.text(notes) == "one\ntwo\nthree\n"
