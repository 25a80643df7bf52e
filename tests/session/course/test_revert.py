"""What came after a message is taken back: words, files, or both, and brought again until a prompt seals it."""

from pathlib import Path
from typing import Any

import pytest

from sessiond_protocol.course.branches import ForkParams, RevertedFile, RevertParams, RevertResult, UnrevertParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import MessagesParams, SubscribeParams
from support.engine import Listener, engine_with
from support.session_talk import Talk, result_of, waits

ALLOWED = '[permission]\nedit = "allow"\nbash = "allow"\n[sandbox]\nbash = "off"\n'


def calls(expect: str, *given: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"expect": expect, "toolCalls": [{"name": name, "arguments": arguments} for name, arguments in given]}


def writes(expect: str, path: str, content: str) -> dict[str, Any]:
    return calls(expect, ("read", {"filePath": path}), ("write", {"filePath": path, "content": content}))


STEPS: list[dict[str, Any]] = [
    {"text": "Done."},
    writes("once", "a.txt", "one\n"),
    writes("twice", "a.txt", "two\n"),
    calls("make", ("write", {"filePath": "sub/new.txt", "content": "new\n"})),
    calls("run", ("bash", {"command": "printf 'ran\\n' > b.txt; rm c.bin; printf x > made.txt"})),
    calls("plan", ("todoWrite", {"todos": [{"content": "it", "status": "pending", "priority": "low"}]})),
    {"expect": "slow", **waits("go")},
]


class Desk(Talk):
    """A talk about files of a project."""

    @property
    def project(self) -> Path:
        return self._home / "project"

    async def ask(self, text: str) -> str:
        """The id of a prompt that has been answered."""
        await result_of(await self.say(text, message_id=f"prompt {text}"))
        return f"prompt {text}"

    async def revert(self, message_id: str, **more: Any) -> RevertResult:
        return await self.sessions.reverting.revert(RevertParams(self.id, message_id, **more))

    async def unrevert(self, **more: Any) -> RevertResult:
        return await self.sessions.reverting.unrevert(UnrevertParams(self.id, **more))

    def files(self) -> dict[str, bytes]:
        found = sorted(self.project.rglob("*"))
        return {str(file.relative_to(self.project)): file.read_bytes() for file in found if file.is_file()}


FILES = {"a.txt": b"zero\r\n", "b.txt": b"b\n", "c.bin": b"\0\1\2"}


async def desk(sessions: Any, home: Path) -> Desk:
    for name, content in FILES.items():
        (home / "project" / name).write_bytes(content)
    talk = await Desk.begin(sessions, home)
    assert isinstance(talk, Desk)
    return talk


def outcomes(result: RevertResult) -> dict[str, str]:
    return {Path(file.path).name: file.reason or file.outcome for file in result.files}


async def test_files_and_words_are_taken_back_and_brought_again(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        said = await talk.said()
        second = await talk.ask("twice")
        await talk.ask("make")
        await talk.ask("run")
        changed, whole = talk.files(), await talk.said()
        assert changed["a.txt"] == b"two\r\n"

        result = await talk.revert(second, files=True)
        assert outcomes(result) == {
            "a.txt": "restored",
            "b.txt": "restored",
            "c.bin": "restored",
            "made.txt": "removed",
            "new.txt": "removed",
        }
        assert result.notes == []
        assert talk.files() == {**FILES, "a.txt": b"one\r\n"}
        assert await talk.said() == said
        assert result.hidden == len(whole) - len(said)

        result = await talk.revert(first, files=True)
        assert outcomes(result) == {"a.txt": "restored"}
        assert (talk.files(), await talk.said()) == (FILES, [])

        result = await talk.unrevert()
        assert set(outcomes(result).values()) <= {"restored", "removed"}
        assert (talk.files(), await talk.said()) == (changed, whole)
        with pytest.raises(RpcError, match="Nothing is taken back"):
            await talk.unrevert()


async def test_a_dry_run_shows_the_difference_and_changes_nothing(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        await talk.ask("run")
        before, said, events = talk.files(), await talk.said(), len(talk.listener.events)
        result = await talk.revert(first, files=True, dry_run=True)
        assert result.diff == (
            "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-one\n+zero\n"
            "--- b.txt\n+++ b.txt\n@@ -1 +1 @@\n-ran\n+b\n"
            "Binary file c.bin differs\n"
            "--- made.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n"
        )
        assert (talk.files(), await talk.said(), len(talk.listener.events)) == (before, said, events)


async def test_the_users_own_later_changes_stay_and_are_told(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        await talk.ask("make")
        (talk.project / "a.txt").write_text("mine\n")
        result = await talk.revert(first, files=True)
        assert outcomes(result) == {"a.txt": "it has been changed since by somebody else", "new.txt": "removed"}
        assert talk.files() == {**FILES, "a.txt": b"mine\n"}
        (talk.project / "sub" / "new.txt").write_text("mine\n")
        assert outcomes(await talk.unrevert()) == {"new.txt": "it has been changed since by somebody else"}
        assert talk.files()["sub/new.txt"] == b"mine\n"


async def test_a_change_of_the_user_between_two_of_the_session_is_not_lost(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        (talk.project / "a.txt").write_text("mine\n")
        second = await talk.ask("twice")
        assert outcomes(await talk.revert(second, files=True)) == {"a.txt": "restored"}
        assert talk.files()["a.txt"] == b"mine\n"
        await talk.unrevert()
        assert outcomes(await talk.revert(first, files=True)) == {"a.txt": "somebody else has changed it in between"}
        assert talk.files()["a.txt"] == b"two\n"


async def test_words_alone_and_files_alone(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        said = await talk.said()
        result = await talk.revert(first)
        assert (result.files, await talk.said(), talk.files()["a.txt"]) == ([], [], b"one\r\n")
        await talk.unrevert()
        assert await talk.said() == said
        result = await talk.revert(first, conversation=False, files=True)
        assert (outcomes(result), result.hidden) == ({"a.txt": "restored"}, 0)
        assert (await talk.said(), talk.files()) == (said, FILES)
        await talk.unrevert()
        assert talk.files()["a.txt"] == b"one\r\n"


async def test_the_next_prompt_seals_and_no_prompt_is_run_twice(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        await talk.ask("plan")
        second = await talk.ask("once")
        await talk.revert(second)
        await talk.ask("other")
        assert [text for role, text in await talk.said() if role == "user"] == ["plan", "other"]
        assert "session.sealed" in talk.listener.types()
        with pytest.raises(RpcError, match="sealed"):
            await talk.unrevert()
        events = len(talk.listener.events)
        await result_of(await talk.say("once", message_id=second))
        assert len(talk.listener.events) == events


async def test_a_revert_outlives_a_restart(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        await talk.ask("run")
        changed, said = talk.files(), await talk.said()
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = Desk(await engine.sessions(), talk.id, Listener(), tmp_path)
        await talk.revert(first, files=True)
        assert talk.files() == FILES
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = Desk(await engine.sessions(), talk.id, Listener(), tmp_path)
        assert (await talk.sessions.subscribe(SubscribeParams(talk.id), Listener())).result.reverted
        assert await talk.said() == []
        await talk.unrevert()
        assert (talk.files(), await talk.said()) == (changed, said)


async def test_todos_are_those_of_the_time_and_come_again(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("plan")
        await talk.revert(first)
        assert (await talk.sessions.todos(talk.id)).todos == []
        await talk.unrevert()
        assert len((await talk.sessions.todos(talk.id)).todos) == 1


async def test_a_busy_session_refuses(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        turn = await talk.say("slow")
        for refused in (talk.revert(first), talk.unrevert()):
            with pytest.raises(RpcError) as busy:
                await refused
            assert busy.value.data == {"kind": "sessionBusy", "turnId": turn.turn_id}
        await talk.sessions.abort(talk.id)


async def test_without_git_what_edits_have_changed_is_put_back_and_the_rest_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sessiond.tools.changes.git.PROGRAM", "no-such-git")
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("once")
        await talk.ask("run")
        result = await talk.revert(first, files=True)
        assert outcomes(result) == {"a.txt": "restored"}
        assert result.notes == ["What a command has changed is not known: git is not installed."]
        assert talk.files()["b.txt"] == b"ran\n"


async def test_what_a_stopped_command_has_changed_is_put_back_too(tmp_path: Path) -> None:
    steps = [calls("run", ("bash", {"command": "echo ran > b.txt; echo now; sleep 60"})), {"text": "Done."}]
    async with engine_with(tmp_path, steps, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        await talk.say("run", message_id="mine")
        await talk.hears("tool.progress")
        await talk.sessions.abort(talk.id)
        assert outcomes(await talk.revert("mine", files=True)) == {"b.txt": "restored"}
        assert talk.files() == FILES


async def test_a_file_outside_of_the_project_is_left_alone(tmp_path: Path) -> None:
    steps = [writes("beyond", "../outside.txt", "changed\n"), {"text": "Done."}]
    async with engine_with(
        tmp_path, steps, '[permission]\noutside = "allow"\n' + ALLOWED.removeprefix("[permission]\n")
    ) as engine:
        (tmp_path / "outside.txt").write_text("before\n")
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("beyond")
        assert (tmp_path / "outside.txt").read_text() == "changed\n"
        assert outcomes(await talk.revert(first, files=True)) == {"outside.txt": "it is outside of the project"}
        assert (tmp_path / "outside.txt").read_text() == "changed\n"


async def test_a_fork_of_what_is_taken_back_does_not_have_it(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        await talk.ask("plan")
        second = await talk.ask("once")
        await talk.revert(second)
        fork = await talk.sessions.forking.fork(ForkParams(talk.id))
        forked = (await talk.sessions.messages(MessagesParams(fork.id))).messages
        assert len(forked) == len(await talk.said()) == 3
        with pytest.raises(RpcError, match="no message"):
            await talk.sessions.forking.fork(ForkParams(talk.id, second))


async def test_a_page_goes_on_though_a_revert_has_come_between(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        _, second, _ = [await talk.ask(text) for text in ("a", "b", "c")]
        page = await talk.sessions.messages(MessagesParams(talk.id, limit=1))
        await talk.revert(second)
        rest = await talk.sessions.messages(MessagesParams(talk.id, before=page.next_cursor))
        assert [message.role for message in rest.messages] == ["user", "assistant"]


async def test_what_became_of_files_stands_in_the_log(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS, ALLOWED) as engine:
        talk = await desk(await engine.sessions(), tmp_path)
        first = await talk.ask("make")
        [file] = (await talk.revert(first, files=True)).files
        assert (file.path, file.outcome, file.after) == (str(talk.project / "sub" / "new.txt"), "removed", None)
        told = (await talk.hears("session.reverted"))["files"]
        assert told == [{"path": file.path, "outcome": "removed", "before": file.before}]
        assert isinstance(file, RevertedFile)
