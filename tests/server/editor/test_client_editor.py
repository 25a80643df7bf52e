"""A client's editor over a real connection: what is open is the truth, and edits go through it."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from sessiond.server.editor import client_editor
from sessiond.server.editor.client_editor import ClientEditor
from sessiond.tools.editor import EditorsDiffer, OpenFile, StaleDocument
from sessiond.tools.failure import ToolFailed
from support.editor.peer import editing, place


async def test_the_unsaved_text_of_an_open_file_is_known_with_its_version(path: Path):
    async with editing() as ed:
        assert await ed.editor.open_file(path) is None

        ed.peer.send(ed.buffers.opened(path, "one\n"), ed.buffers.typed(path, "unsaved\n"))

        assert await ed.opened(path) == OpenFile("unsaved\n", 2)
        assert await ed.editor.open_files() == {path: OpenFile("unsaved\n", 2)}
        assert await ed.editor.open_file(path.with_name("other")) is None


async def test_a_file_is_found_by_whatever_name_the_editor_has_for_it(path: Path):
    link = path.parent / "link"
    link.symlink_to(path.parent)
    uri = (link / path.name).as_uri().replace("a", "%61")
    item = {"uri": uri, "languageId": "x", "version": 7, "text": "through a link"}
    async with editing() as ed:
        ed.peer.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})

        assert await ed.opened(path) == OpenFile("through a link", 7)


async def test_what_has_no_place_on_the_disk_is_no_file(path: Path):
    async with editing() as ed:
        for uri in ("untitled:Untitled-1", "file:///a%00b", "http://[x", "vscode-notebook-cell:/x#1"):
            item = {"uri": uri, "languageId": "x", "version": 1, "text": ""}
            ed.peer.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        ed.peer.send(ed.buffers.opened(path, "x"))

        await ed.opened(path)
        assert list(await ed.editor.open_files()) == [path]


async def test_an_edit_is_one_small_change_of_the_version_that_was_read_and_its_text_is_known_at_once(path: Path):
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "1\n😀 two\n3\n"))
        file = await ed.opened(path)

        saved = await ed.editor.replace(path, file, "1\n😀 TWO\n3\n4")

        assert not saved
        assert await ed.editor.open_file(path) == OpenFile("1\n😀 TWO\n3\n4", 2)
        assert ed.buffers.text(path) == "1\n😀 TWO\n3\n4"
        assert ed.buffers.edits == [
            {
                "label": f"Edit {path.name}",
                "edit": {
                    "documentChanges": [
                        {
                            "textDocument": {"uri": path.as_uri(), "version": 1},
                            "edits": [
                                {"range": place(1, 3, 1, 6), "newText": "TWO"},
                                {"range": place(3, 0, 3, 0), "newText": "4"},
                            ],
                        }
                    ]
                },
            }
        ]
        assert len(ed.buffers.undo) == 1
        assert path.read_text() == "one\ntwo\n"


async def test_a_client_that_knows_no_versions_gets_plain_changes(path: Path):
    async with editing({"workspace": {"applyEdit": True}}) as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))

        await ed.editor.replace(path, await ed.opened(path), "two")

        assert list(ed.buffers.edits[0]["edit"]) == ["changes"]
        assert ed.buffers.text(path) == "two"


async def test_a_text_that_is_not_the_one_that_was_read_is_not_edited(path: Path):
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        file = await ed.opened(path)
        ed.peer.send(ed.buffers.typed(path, "typed"))
        await ed.peer.connection.client.documents.until(lambda: reads(ed.editor, path, "typed"), 10)

        with pytest.raises(StaleDocument, match="meanwhile"):
            await ed.editor.replace(path, file, "two")
        assert ed.asked == []


async def reads(editor: ClientEditor, path: Path, text: str) -> bool:
    file = await editor.open_file(path)
    return file is not None and file.text == text


async def test_an_edit_that_crosses_with_typing_is_refused_by_the_editor_and_nothing_is_lost(path: Path):
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        file = await ed.opened(path)

        def typing_first(request: dict[str, Any]) -> dict[str, Any]:
            ed.peer.send(ed.buffers.typed(path, "typed"))
            return ed.apply_edit(request)

        ed.answers["workspace/applyEdit"] = typing_first

        with pytest.raises(StaleDocument, match="the document has changed"):
            await ed.editor.replace(path, file, "two")
        assert ed.buffers.text(path) == "typed"
        assert await ed.opened(path) == OpenFile("typed", 2)


@pytest.mark.parametrize(
    "answer",
    [
        {"error": {"code": -32601, "message": "no such method"}},
        {"error": "odd"},
        {"result": {"applied": "perhaps"}},
        {"result": None},
        {},
    ],
)
async def test_an_answer_that_makes_no_sense_fails_the_edit_in_words(path: Path, answer: dict[str, Any]):
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        ed.answers["workspace/applyEdit"] = lambda request: answer

        with pytest.raises(ToolFailed, match="is open in ed, which did not say that it has made the edit"):
            await ed.editor.replace(path, await ed.opened(path), "two")
        assert "result" in await ed.request("server/status")


async def test_an_editor_that_never_answers_fails_the_edit_in_time_and_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_editor, "EDIT_SECONDS", 0.05)
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        ed.answers["workspace/applyEdit"] = lambda request: None

        with pytest.raises(ToolFailed, match=r"no answer within 0\.05 s"):
            await ed.editor.replace(path, await ed.opened(path), "two")
        await ed.until(lambda: ed.cancelled)
        assert ed.cancelled == [ed.asked[0]["id"]]


async def test_an_editor_that_claims_an_edit_it_does_not_show_is_not_believed(
    path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_editor, "SHOWN_SECONDS", 0.05)
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        ed.answers["workspace/applyEdit"] = lambda request: {"result": {"applied": True}}

        with pytest.raises(ToolFailed, match="does not show the new text"):
            await ed.editor.replace(path, await ed.opened(path), "two")


async def test_an_editor_that_leaves_fails_what_it_was_asked(path: Path):
    async with editing() as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        file = await ed.opened(path)

        def leaving(request: dict[str, Any]) -> None:
            ed.peer.end_input()

        ed.answers["workspace/applyEdit"] = leaving

        with pytest.raises(ToolFailed, match="it has gone"):
            await ed.editor.replace(path, file, "two")
        with pytest.raises(ToolFailed, match="it has gone"):
            await ed.editor.replace(path, file, "two")


async def test_an_editor_that_saves_what_it_edits_is_waited_for(path: Path):
    async with editing(editor={"applyEdit": True}) as ed:
        ed.peer.send(ed.buffers.opened(path, "one\ntwo\n"))
        file = await ed.opened(path)

        def saving(request: dict[str, Any]) -> dict[str, Any]:
            answer = ed.apply_edit(request)
            path.write_bytes(b"\xef\xbb\xbf" + ed.buffers.text(path).replace("\n", "\r\n").encode())
            document = {"uri": path.as_uri()}
            asyncio.get_running_loop().call_later(
                0.02, ed.peer.send, {"method": "textDocument/didSave", "params": {"textDocument": document}}
            )
            return answer

        ed.answers["workspace/applyEdit"] = saving

        assert await ed.editor.replace(path, file, "one\n2\n")


async def test_an_open_file_is_as_good_as_closed_when_it_is_saved_and_its_editor_takes_no_edits(path: Path):
    async with editing({}) as ed:
        ed.peer.send(ed.buffers.opened(path, "one\r\ntwo\r\n"), ed.buffers.opened(path.with_name("new"), ""))

        await ed.opened(path.with_name("new"))
        assert await ed.editor.open_file(path) is None
        await ed.editor.check_edit(path)


async def test_unsaved_text_in_an_editor_that_takes_no_edits_is_read_and_never_written_past(path: Path):
    async with editing({}) as ed:
        ed.peer.send(ed.buffers.opened(path, "unsaved"))
        file = await ed.opened(path)

        assert file == OpenFile("unsaved", 1)
        with pytest.raises(EditorsDiffer, match="unsaved changes in ed"):
            await ed.editor.check_edit(path)
        with pytest.raises(EditorsDiffer):
            await ed.editor.replace(path, file, "two")
        path.write_text("unsaved")
        with pytest.raises(StaleDocument):
            await ed.editor.replace(path, file, "two")
        assert ed.asked == []


async def test_a_file_in_another_encoding_is_saved_when_its_text_is_the_editors(path: Path):
    path.write_bytes("grün\n".encode("cp1252"))
    async with editing({}) as ed:
        ed.peer.send(ed.buffers.opened(path, "grün\n"), ed.buffers.opened(path.with_name("new"), ""))

        await ed.opened(path.with_name("new"))
        assert await ed.editor.open_file(path) is None


@pytest.mark.skipif(os.name == "nt", reason="there are no such files")
async def test_what_is_no_regular_file_is_not_read(path: Path):
    fifo = path.with_name("fifo")
    os.mkfifo(fifo)
    async with editing({}) as ed:
        ed.peer.send(ed.buffers.opened(fifo, "text"))

        assert await ed.opened(fifo) == OpenFile("text", 1)
