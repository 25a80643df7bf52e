"""A fork is a log of its own: the messages up to one of them, whole, and nothing else of the old session."""

from decimal import Decimal
from pathlib import Path

import pytest

from sessiond.session.course.fork import branch
from sessiond.session.manager import SessionManager
from sessiond_protocol import events as e
from sessiond_protocol.course.branches import ForkParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Message, Origin, ToolPart, Usage
from sessiond_protocol.methods import ChatParams, MessagesParams
from support.engine import Listener, engine_with
from support.logs import SESSION, message, tool
from support.session_talk import Talk, result_of, waits

PLAN = {"name": "todoWrite", "arguments": {"todos": [{"content": "first", "status": "pending", "priority": "low"}]}}
STEPS = [
    {"text": "One.", "toolCalls": [PLAN], "usage": {"input": 3, "output": 2}},
    {"text": "Two."},
    {"text": "Three."},
]


async def talked(sessions: SessionManager, home: Path) -> Talk:
    talk = await Talk.begin(sessions, home)
    for text in ("first", "second"):
        await result_of(await talk.say(text))
    return talk


async def messages(talk: Talk, session_id: str) -> list[Message]:
    return (await talk.sessions.messages(MessagesParams(session_id))).messages


async def test_a_fork_has_the_same_words_new_ids_and_its_origin(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await talked(await engine.sessions(), tmp_path)
        listener = Listener()
        fork = await talk.sessions.forking.fork(ForkParams(talk.id), listener)
        old, new = await messages(talk, talk.id), await messages(talk, fork.id)
        assert (fork.origin, fork.usage, fork.cost) == (Origin(talk.id, None), Usage(), Decimal(0))
        assert fork.title.endswith(" (fork)")
        assert [words(message) for message in new] == [words(message) for message in old]
        assert not ids(old) & ids(new)
        assert [message.usage for message in new] == [None] * len(new)
        assert listener.types() == ["session.created", *["message.added"] * 5, "todo.changed"]
        assert len((await talk.sessions.todos(fork.id)).todos) == 1
        assert (await talk.sessions.children(talk.id)).sessions == []


async def test_a_fork_ends_with_the_message_it_is_made_at_and_goes_on_from_there(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await talked(await engine.sessions(), tmp_path)
        old = await messages(talk, talk.id)
        fork = await talk.sessions.forking.fork(ForkParams(talk.id, old[0].id))
        assert (await talk.sessions.todos(fork.id)).todos == []
        turn = await talk.sessions.chat(ChatParams(session_id=fork.id, text="other"))
        await result_of(turn)
        new = await messages(talk, fork.id)
        assert [message.role for message in new] == ["user", "user", "assistant", "assistant"]
        assert await messages(talk, talk.id) == old


async def test_a_fork_outlives_a_restart(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await talked(await engine.sessions(), tmp_path)
        fork = await talk.sessions.forking.fork(ForkParams(talk.id))
        before = await messages(talk, fork.id)
    async with engine_with(tmp_path, STEPS) as engine:
        sessions = await engine.sessions()
        assert (await sessions.messages(MessagesParams(fork.id))).messages == before
        assert await sessions.get(fork.id) == fork


async def test_forking_a_busy_session_takes_what_is_closed(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [waits("go")]) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        turn = await talk.say("Hi")
        await talk.hears("part.started")
        fork = await talk.sessions.forking.fork(ForkParams(talk.id))
        assert [message.role for message in await messages(talk, fork.id)] == ["user"]
        assert fork.turn_id is None
        writing = (await messages(talk, talk.id))[-1]
        with pytest.raises(RpcError, match="still being written") as refused:
            await talk.sessions.forking.fork(ForkParams(talk.id, writing.id))
        assert refused.value.data == {"kind": "sessionBusy", "turnId": turn.turn_id}
        talk.open("go")
        assert (await result_of(turn)).stop_reason == "endTurn"


async def test_there_is_no_fork_at_a_message_that_is_not_there(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        with pytest.raises(RpcError, match="no message 'msg_none'"):
            await talk.sessions.forking.fork(ForkParams(talk.id, "msg_none"))


async def test_forks_are_counted_in_their_titles(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await talked(await engine.sessions(), tmp_path)
        first = await talk.sessions.forking.fork(ForkParams(talk.id))
        second = await talk.sessions.forking.fork(ForkParams(first.id))
        third = await talk.sessions.forking.fork(ForkParams(second.id))
        assert [fork.title.partition(" (")[2] for fork in (first, second, third)] == ["fork)", "fork 2)", "fork 3)"]


async def test_a_fork_of_a_session_without_a_name_is_named_by_its_first_prompt(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await Talk.begin(await engine.sessions(), tmp_path)
        fork = await talk.sessions.forking.fork(ForkParams(talk.id))
        assert fork.title.startswith("New session - ") and not fork.title.endswith(" (fork)")
        await result_of(await talk.sessions.chat(ChatParams(session_id=fork.id, text="Look here")))
        assert (await talk.sessions.get(fork.id)).title == "Look here"


async def test_a_prompt_with_the_id_of_a_copied_one_is_refused(tmp_path: Path) -> None:
    async with engine_with(tmp_path, STEPS) as engine:
        talk = await talked(await engine.sessions(), tmp_path)
        fork = await talk.sessions.forking.fork(ForkParams(talk.id))
        before = await messages(talk, fork.id)
        with pytest.raises(RpcError, match="came from another session"):
            await talk.sessions.chat(ChatParams(session_id=fork.id, text="again", message_id=before[0].id))
        assert await messages(talk, fork.id) == before


def test_outputs_that_were_cut_stay_cut_in_a_fork_though_what_came_behind_is_taken_back() -> None:
    log: list[e.DurableEvent] = [
        e.SessionCreated(session=SESSION),
        e.MessageAdded(message=message("trn0", "assistant", 0, [])),
        *tool("trn0.assistant.0", "call"),
        e.MessageEnded(message_id="trn0.assistant.0", usage=Usage(), cost=None, finish_reason="stop"),
        e.MessageAdded(message=message("trn1", "user", 0, [])),
        e.ContextTrimmed(part_ids=["call"], files={"call": "/kept"}),
        e.SessionReverted(message_id="trn1.user.0", conversation=True, files=[]),
    ]
    fork = branch(log, SESSION, None, SESSION)
    [copy] = [event.message for event in fork if isinstance(event, e.MessageAdded)]
    [cut] = [event for event in fork if isinstance(event, e.ContextTrimmed)]
    assert (cut.part_ids, cut.files) == ([copy.parts[0].id], {copy.parts[0].id: "/kept"})


def words(message: Message) -> object:
    parts = [part.state if isinstance(part, ToolPart) else type(part) for part in message.parts]
    return message.role, message.created_at, message.finish_reason, message.model, message.path, parts


def ids(conversation: list[Message]) -> set[str]:
    own = {message.id for message in conversation} | {message.turn_id for message in conversation}
    return own | {part.id for message in conversation for part in message.parts}
