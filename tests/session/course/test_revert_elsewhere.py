"""Files are put back where they are: in editors that have them open, and after tasks that ran in other sessions."""

from pathlib import Path
from typing import Any

from sessiond.session.manager import SessionManager
from sessiond_protocol.course.branches import RevertParams
from sessiond_protocol.methods import ChatParams
from support.engine import engine_with
from support.session_talk import Talk, result_of
from support.tools.open_editor import OpenEditor

ALLOWED = '[permission]\nedit = "allow"\n'
READ = {"name": "read", "arguments": {"filePath": "a.txt"}}
WRITE = {"name": "write", "arguments": {"filePath": "a.txt", "content": "new\n"}}
STEPS: list[dict[str, Any]] = [{"expect": "Go", "toolCalls": [READ, WRITE]}, {"text": "Done."}]
CHANGED = "it has been changed since by somebody else"


async def changed(sessions: SessionManager, home: Path, editor: OpenEditor) -> Talk:
    """A talk in which a file has been written through an editor."""
    sessions.keeper.editors.join(editor)
    talk = await Talk.begin(sessions, home)
    params = ChatParams(session_id=talk.id, text="Go", message_id="mine")
    await result_of(await sessions.chat(params, editor=editor))
    return talk


async def revert(talk: Talk, editor: OpenEditor | None) -> list[str | None]:
    params = RevertParams(talk.id, "mine", files=True)
    return [file.reason or file.outcome for file in (await talk.sessions.reverting.revert(params, editor)).files]


async def test_an_open_file_is_put_back_in_its_editor(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        path = (tmp_path / "project" / "a.txt").resolve()
        path.write_text("on the disk\n")
        editor = OpenEditor({path: "unsaved\r\n"})
        talk = await changed(await engine.sessions(), tmp_path, editor)
        assert editor.files[path].text == "new\r\n"
        assert await revert(talk, editor) == ["restored"]
        assert (editor.files[path].text, path.read_text()) == ("unsaved\r\n", "on the disk\n")


async def test_what_the_user_has_typed_since_stays(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        path = (tmp_path / "project" / "a.txt").resolve()
        path.write_text("old\n")
        editor = OpenEditor({path: "old\n"})
        talk = await changed(await engine.sessions(), tmp_path, editor)
        editor.type(path, "new\nand mine\n")
        assert await revert(talk, editor) == [CHANGED]
        assert editor.files[path].text == "new\nand mine\n"


async def test_a_file_that_was_saved_and_closed_is_put_back_on_the_disk(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        path = (tmp_path / "project" / "a.txt").resolve()
        path.write_text("old\n")
        editor = OpenEditor({path: "old\n"})
        editor.clean.add(path)
        talk = await changed(await engine.sessions(), tmp_path, editor)
        del editor.files[path]
        assert await revert(talk, editor) == ["restored"]
        assert path.read_text() == "old\n"


async def test_what_a_task_has_changed_is_put_back(tmp_path: Path) -> None:
    task = {"name": "task", "arguments": {"description": "Write it", "prompt": "Go"}}
    steps = [{"expect": "Delegate", "toolCalls": [task]}, *STEPS]
    async with engine_with(tmp_path, steps, ALLOWED) as engine:
        path = tmp_path / "project" / "a.txt"
        path.write_text("old\n")
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        await result_of(await talk.say("Delegate", message_id="mine"))
        assert path.read_text() == "new\n"
        assert await revert(talk, None) == ["restored"]
        assert path.read_text() == "old\n"


async def test_what_a_task_has_changed_before_it_was_stopped_is_put_back_too(tmp_path: Path) -> None:
    task = {"name": "task", "arguments": {"description": "Write it", "prompt": "Make it"}}
    make = {"name": "write", "arguments": {"filePath": "b.txt", "content": "new\n"}}
    steps = [{"expect": "Delegate", "toolCalls": [task]}, {"expect": "Make it", "toolCalls": [make]}, {"hang": True}]
    async with engine_with(tmp_path, steps, ALLOWED) as engine:
        path = tmp_path / "project" / "b.txt"
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Delegate", message_id="mine")
        await talk.hears("tool.progress", text="b.txt")
        await talk.sessions.abort(talk.id, None)
        assert (await result_of(turn)).stop_reason == "aborted"
        assert path.read_text() == "new\n"
        assert await revert(talk, None) == ["removed"]
        assert not path.exists()
