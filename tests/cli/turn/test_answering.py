"""How `sessiond run` has the questions of its turn answered: by its person, by nobody, or no longer at all."""

import asyncio
from pathlib import Path

import pytest

from sessiond.app import Engine
from sessiond.cli.turn.asking.asker import Asker
from sessiond.cli.turn.drive import Wanted, run_turn
from sessiond.cli.turn.listener import Listener
from sessiond.cli.turn.terminal import Terminal
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.messages import PermissionRequest, QuestionAnswer, QuestionRequest, ToolPart
from sessiond_protocol.methods import MessagesParams, MessagesResult
from support.client.clients import client_of
from support.engine import engine_with
from support.tools.asking_tool import CALL, ask_by_todo_read, inquiry

BOUND = 10
TWICE = {"expect": "Go", "toolCalls": CALL["toolCalls"] * 2}
STEPS = [TWICE, {"text": "Done."}]


class Scripted(Asker):
    """Answers with these, in their order, and then never."""

    def __init__(self, *answers: QuestionAnswer) -> None:
        super().__init__(allow_all=False)
        self.answers = list(answers)

    async def reply_to(
        self, request: PermissionRequest | QuestionRequest
    ) -> PermissionReplyParams | QuestionReplyParams:
        if not self.answers:
            await asyncio.Event().wait()
        return QuestionReplyParams(request.id, self.answers.pop(0))


async def outputs(engine: Engine, asker: Asker) -> list[str | None]:
    """What two calls that ask got to know, in a turn that comes to its end."""
    with open("/dev/null", "w") as out:
        listener = Listener(Terminal(out, out))
        wanted = Wanted("Go", str(Path.cwd()), session_id=None, newest=False, model=None)
        async with client_of(engine) as client:
            ended = await asyncio.wait_for(run_turn(client, wanted, listener, asker, print), BOUND)
            params = MessagesParams(ended.result.session_id)
            messages = (await client.call("session/messages", params, MessagesResult)).messages
    assert ended.result.stop_reason == "endTurn"
    return [part.state.output for each in messages for part in each.parts if isinstance(part, ToolPart)]


async def test_each_question_is_answered_by_the_person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_by_todo_read(monkeypatch, inquiry())
    answers = QuestionAnswer(action="accept"), QuestionAnswer(action="decline")
    async with engine_with(tmp_path, STEPS) as engine:
        assert await outputs(engine, Scripted(*answers)) == ['{"action":"accept"}', '{"action":"decline"}']


async def test_without_a_terminal_a_question_is_cancelled_at_once_even_with_yes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_by_todo_read(monkeypatch, inquiry())
    async with engine_with(tmp_path, STEPS) as engine:
        assert await outputs(engine, Asker(allow_all=True)) == ['{"action":"cancel"}'] * 2
    said = "Not answered, since nobody can be asked here: MCP server places asks: Which town?"
    assert capsys.readouterr().err.splitlines() == [said] * 2


async def test_a_question_that_is_withdrawn_is_asked_no_longer_and_the_turn_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_by_todo_read(monkeypatch, inquiry(), patience=0.1)
    async with engine_with(tmp_path, STEPS) as engine:
        assert await outputs(engine, Scripted()) == ["nobody answered"] * 2
    assert "Nobody waits for this answer any more." in capsys.readouterr().err
