"""An engine that dies: the client learns what got no answer, and the next engine what the last one knew."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psutil
import pytest

from sessiond.pipe.engines import DIED
from support.daemon.framing import Framing
from support.pipe.editor import INITIALIZE, Editor
from support.pipe.played_engine import PlayedEngine, Served

Start = Callable[..., Awaitable[Editor]]
DEATH = {"method": "window/logMessage", "params": {"type": 2, "message": DIED}}
INTRODUCTION = ({"id": 0, "method": "initialize", "params": INITIALIZE}, {"method": "initialized", "params": {}})


def lost(number: Any) -> dict[str, Any]:
    message = "The engine ended before it answered. What was recorded is there; another engine is being started."
    return {"id": number, "error": {"code": 1022, "message": message, "data": {"kind": "engineLost"}}}


def resync(session_id: str) -> dict[str, Any]:
    return {"method": "session/resync", "params": {"sessionId": session_id}}


async def met(start: Start, played: PlayedEngine, framing: Framing = "headers") -> tuple[Editor, Served]:
    editor = await (await start(framing)).begin()
    return editor, await (await played.served()).begin()


async def ask(editor: Editor, served: Served, number: int, method: str, **params: Any) -> None:
    """A request that is answered."""
    editor.request(number, method, **params)
    await served.until(id=number)
    served.say({"id": number, "result": {}})
    await editor.expect({"id": number, "result": {}})


@pytest.mark.parametrize("framing", ["headers", "lines"])
async def test_what_has_no_answer_gets_an_error_and_half_a_message_was_never_said(
    start: Start, played: PlayedEngine, framing: Framing
) -> None:
    editor, served = await met(start, played, framing)
    editor.request("chat", "session/chat", sessionId="s")
    editor.request(2, "session/list")
    await served.until(id=2)
    served.say({"id": 2, "result": {"whole": True}}, b'Content-Length: 100\r\n\r\n{"jsonrpc":"2.0","id":"chat","resu')
    await served.drain()
    await editor.expect({"id": 2, "result": {"whole": True}})
    served.die()
    await editor.expect(lost("chat"), resync("s"), DEATH)
    second = await played.served()
    assert second.hello["answered"] is True
    await second.welcome()
    await second.expect(*INTRODUCTION)
    editor.request(3, "session/subscribe", sessionId="s", after=7)
    await second.expect({"id": 3, "method": "session/subscribe", "params": {"sessionId": "s", "after": 7}})
    second.say({"id": 3, "result": {}})
    await editor.expect({"id": 3, "result": {}})


async def test_the_client_is_told_to_ask_again_for_what_it_was_told_of_and_for_nothing_else(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    await ask(editor, served, 1, "session/subscribe", sessionId="subscribed")
    await ask(editor, served, 2, "session/chat", sessionId="prompted")
    await ask(editor, served, 3, "session/subscribe", sessionId="left")
    await ask(editor, served, 4, "session/subscribe", sessionId="deleted")
    await ask(editor, served, 5, "session/get", sessionId="looked-at")
    await ask(editor, served, 6, "sessions/watch", directory="/a")
    await ask(editor, served, 7, "sessions/watch")
    await ask(editor, served, 8, "sessions/unwatch")
    for session_id in ("made", "left", "deleted", "deleted-by-another", "prompted"):
        served.notify("session/event", sessionId=session_id, events=[{"type": "session.created"}])
        await editor.until(method="session/event")
    await ask(editor, served, 9, "session/unsubscribe", sessionId="left")
    await ask(editor, served, 10, "session/delete", sessionId="deleted")
    served.notify("session/event", sessionId="deleted-by-another", events=[{"type": "session.deleted", "seq": 9}])
    served.notify(
        "session/event", sessionId="made", events=[{"type": "tool.changed", "input": {"a": "session.deleted"}}]
    )
    await editor.until(method="session/event")
    await editor.until(method="session/event")
    served.die()
    heard = [await editor.next() for _ in range(5)]
    assert heard == [
        resync("subscribed"),
        resync("prompted"),
        resync("made"),
        {"method": "sessions/resync", "params": {}},
        DEATH,
    ]


async def test_a_list_that_is_watched_no_more_is_not_spoken_of(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    await ask(editor, served, 1, "sessions/watch", directory="/a")
    await ask(editor, served, 2, "sessions/unwatch", directory="/a")
    served.die()
    await editor.expect(DEATH)


async def test_questions_of_a_dead_engine_are_taken_back_and_late_answers_reach_nobody(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    served.request("q:1", "workspace/applyEdit")
    served.request("q:2", "workspace/applyEdit")
    await editor.until(id="q:2")
    editor.say({"id": "q:1", "result": 1})
    await served.until(id="q:1")
    served.die()
    await editor.expect({"method": "$/cancelRequest", "params": {"id": "q:2"}}, DEATH)
    second = await (await played.served()).begin()
    second.request("q:3", "workspace/applyEdit")
    await editor.until(id="q:3")
    editor.say({"id": "q:2", "error": {"code": -32800, "message": "cancelled"}}, {"id": "q:3", "result": 3})
    await second.expect({"id": "q:3", "result": 3})


async def test_the_next_engine_knows_the_open_documents_as_they_stand(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    opened = {"textDocument": {"uri": "file:///a", "languageId": "x", "version": 1, "text": "a"}}
    change = {"textDocument": {"uri": "file:///a", "version": 2}, "contentChanges": [{"text": "b"}]}
    closed = {"textDocument": {"uri": "file:///c", "languageId": "x", "version": 1, "text": "c"}}
    editor.notify("textDocument/didOpen", **opened)
    editor.notify("textDocument/didOpen", **closed)
    editor.notify("textDocument/didChange", **change)
    editor.notify("textDocument/didClose", textDocument={"uri": "file:///c"})
    await served.until(method="textDocument/didClose")
    served.die()
    await editor.expect(DEATH)
    later = {"textDocument": {"uri": "file:///a", "version": 3}, "contentChanges": [{"text": "c"}]}
    editor.notify("textDocument/didChange", **later)
    second = await played.served()
    await second.welcome()
    await second.expect(
        *INTRODUCTION,
        {"method": "textDocument/didOpen", "params": opened},
        {"method": "textDocument/didChange", "params": change},
        {"method": "textDocument/didChange", "params": later},
    )
    second.die()
    third = await played.served()
    await third.welcome()
    await third.expect(
        *INTRODUCTION,
        {"method": "textDocument/didOpen", "params": opened},
        {"method": "textDocument/didChange", "params": change},
        {"method": "textDocument/didChange", "params": later},
    )


async def test_an_initialize_without_an_answer_is_asked_of_the_next_engine(start: Start, played: PlayedEngine) -> None:
    """The pipe leaves it to the engine when it is not plain."""
    editor = await start()
    odd = {"capabilities": {}, "initializationOptions": {"sessiond": {"protocolVersion": 99}}}
    editor.request(0, "initialize", **odd)
    served = await (await played.served()).welcome()
    assert served.hello["answered"] is False
    await served.expect({"id": 0, "method": "initialize", "params": odd})
    served.die()
    await editor.expect(DEATH)
    second = await (await played.served()).welcome()
    assert second.hello["answered"] is False
    await second.expect({"id": 0, "method": "initialize", "params": odd})
    second.say({"id": 0, "error": {"code": 1016, "message": "no", "data": {}}})
    await editor.until(id=0)
    editor.request(1, "initialize", **INITIALIZE)
    await second.expect({"id": 1, "method": "initialize", "params": INITIALIZE})
    second.say({"id": 1, "result": {}})
    await editor.until(id=1)
    second.die()
    third = await (await played.served()).welcome()
    assert third.hello["answered"] is True
    await third.expect({"id": 1, "method": "initialize", "params": INITIALIZE})


async def test_what_the_client_says_between_two_engines_the_next_one_hears(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    served.die()
    await editor.expect(DEATH)
    second = await played.served()
    editor.request(1, "session/list")
    editor.notify("custom/news")
    await second.welcome()
    await second.expect(
        *INTRODUCTION, {"id": 1, "method": "session/list", "params": {}}, {"method": "custom/news", "params": {}}
    )
    second.say({"id": 1, "result": []})
    await editor.expect({"id": 1, "result": []})


async def test_an_engine_that_ends_before_it_says_a_word_is_asked_again(start: Start, played: PlayedEngine) -> None:
    editor = await (await start()).begin()
    editor.request(1, "session/list")
    for _ in range(3):
        (await played.served()).die()
    served = await (await played.served()).begin()
    await served.expect({"id": 1, "method": "session/list", "params": {}})


async def test_a_client_that_has_said_its_last_word_hears_of_the_death_and_the_pipe_ends(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    editor.request(1, "session/chat", sessionId="s")
    editor.writer.close()
    await served.until(method="link/ended")
    served.die()
    await editor.expect(lost(1), resync("s"))
    assert (await editor.rest(), await editor.ends()) == ([], 0)
    assert played.is_alone


async def test_after_shutdown_nobody_looks_for_another_engine(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    await ask(editor, served, 1, "shutdown")
    served.die()
    number, kind = 1, "engineLost"
    while kind == "engineLost":  # until the pipe has seen the death
        number += 1
        editor.request(number, "session/list")
        kind = (await editor.until(id=number))["error"]["data"]["kind"]
    assert kind == "shuttingDown"
    editor.notify("exit")
    assert (await editor.rest(), await editor.ends()) == ([], 0)
    assert played.is_alone


async def test_deaths_one_after_the_other_are_all_survived(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    descriptors = psutil.Process(editor.process.pid).num_fds()
    async with asyncio.timeout(60):
        for number in range(1, 101):
            editor.request(number, "session/subscribe", sessionId="s")
            await served.until(id=number)
            served.say({"id": number, "result": number})
            await editor.expect({"id": number, "result": number})
            served.die()
            await editor.expect(resync("s"), DEATH)
            served = await (await played.served()).begin()
    assert psutil.Process(editor.process.pid).num_fds() == descriptors
