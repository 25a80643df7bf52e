"""An engine that leaves in good order: nothing it has not read is lost, and the next one comes if it is wanted."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from support.pipe.editor import INITIALIZE, Editor
from support.pipe.place import Place
from support.pipe.played_engine import PlayedEngine, Served

Start = Callable[..., Awaitable[Editor]]
INTRODUCTION = ({"id": 0, "method": "initialize", "params": INITIALIZE}, {"method": "initialized", "params": {}})


async def met(start: Start, played: PlayedEngine) -> tuple[Editor, Served]:
    editor = await (await start()).begin()
    return editor, await (await played.served()).begin()


def leave(served: Served, **leaving: Any) -> None:
    served.notify("link/leaving", **leaving)
    served.close()


async def test_what_it_has_not_read_goes_to_the_next_engine_with_the_word_that_cancels_it(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    editor.request(1, "session/subscribe", sessionId="s")
    editor.request(2, "session/chat", sessionId="s")
    editor.request(3, "session/list")
    editor.notify("$/cancelRequest", id=2)
    await served.until(method="$/cancelRequest")
    served.say({"id": 1, "result": {}})
    leave(served)
    await editor.expect({"id": 1, "result": {}}, {"method": "session/resync", "params": {"sessionId": "s"}})
    editor.request(4, "session/get")
    second = await (await played.served()).welcome()
    await second.expect(
        *INTRODUCTION,
        {"id": 2, "method": "session/chat", "params": {"sessionId": "s"}},
        {"method": "$/cancelRequest", "params": {"id": 2}},
        {"id": 3, "method": "session/list", "params": {}},
        {"id": 4, "method": "session/get", "params": {}},
    )
    second.say({"id": 2, "result": 2}, {"id": 3, "result": 3}, {"id": 4, "result": 4})
    await editor.expect({"id": 2, "result": 2}, {"id": 3, "result": 3}, {"id": 4, "result": 4})


async def test_documents_are_told_once_though_they_change_while_it_leaves(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    opened = {"textDocument": {"uri": "file:///a", "languageId": "x", "version": 1, "text": "a"}}
    change = {"textDocument": {"uri": "file:///a", "version": 2}, "contentChanges": [{"text": "b"}]}
    editor.notify("textDocument/didOpen", **opened)
    await served.until(method="textDocument/didOpen")
    served.notify("link/leaving")
    served.notify("window/logMessage", type=3, message="it has come")
    await editor.until(method="window/logMessage")
    editor.notify("textDocument/didChange", **change)
    editor.request(1, "session/list")
    served.close()
    second = await (await played.served()).welcome()
    await second.expect(
        *INTRODUCTION,
        {"method": "textDocument/didOpen", "params": opened},
        {"method": "textDocument/didChange", "params": change},
        {"id": 1, "method": "session/list", "params": {}},
    )


async def test_one_that_was_stopped_is_followed_only_when_the_client_asks_for_something(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    editor.request(1, "session/subscribe", sessionId="s")
    await served.until(id=1)
    served.say({"id": 1, "result": {}})
    await editor.expect({"id": 1, "result": {}})
    served.notify("link/leaving", stopped=True)
    served.writer.write_eof()
    assert await served.rest() == []
    await editor.expect({"method": "server/stopped", "params": {}})
    opened = {"textDocument": {"uri": "file:///a", "languageId": "x", "version": 1, "text": "a"}}
    editor.notify("textDocument/didOpen", **opened)
    editor.notify("custom/news")
    assert played.is_alone
    editor.request(2, "session/list")
    second = await (await played.served()).welcome()
    await second.expect(
        *INTRODUCTION,
        {"method": "textDocument/didOpen", "params": opened},
        {"id": 2, "method": "session/list", "params": {}},
    )
    await editor.expect({"method": "session/resync", "params": {"sessionId": "s"}})
    second.say({"id": 2, "result": []})
    await editor.expect({"id": 2, "result": []})


async def test_one_that_was_stopped_with_something_unread_is_followed_at_once(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    editor.request(1, "session/list")
    await served.until(id=1)
    leave(served, stopped=True)
    second = await (await played.served()).begin()
    await second.expect({"id": 1, "method": "session/list", "params": {}})


async def test_one_that_leaves_in_place_of_a_welcome_is_followed_and_nothing_is_said_twice(
    start: Start, played: PlayedEngine
) -> None:
    editor = await (await start()).begin()
    editor.request(1, "session/list")
    leave(await played.served())
    second = await (await played.served()).welcome()
    await second.expect(*INTRODUCTION, {"id": 1, "method": "session/list", "params": {}})
    assert played.is_alone
    second.say({"id": 1, "result": []})
    await editor.expect({"id": 1, "result": []})


async def test_its_successor_is_what_it_names(start: Start, place: Place, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    (place.data / "engine.lock").write_text("{}")
    mark = place.home / "started"
    code = f"open({str(mark)!r}, 'w').write('by its successor'); raise SystemExit('No successor.')"
    editor.request(1, "session/list")
    await served.until(id=1)
    leave(served, successor={"version": "9", "command": [sys.executable, "-c", code]})
    assert (await editor.until(id=1))["error"] == {
        "code": 1023,
        "message": "The engine ended as it started: No successor.",
        "data": {"kind": "engineUnavailable"},
    }
    assert mark.read_text() == "by its successor"


async def test_a_client_that_has_left_does_not_start_another(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    editor.writer.close()
    await served.until(method="link/ended")
    leave(served)
    assert (await editor.rest(), await editor.ends()) == ([], 0)
    assert played.is_alone


async def test_a_refusal_is_told_to_every_request_until_one_is_taken(start: Start, played: PlayedEngine) -> None:
    editor = await (await start()).begin()
    editor.request(1, "session/list")
    served = await played.served()
    served.notify("link/refused", kind="engineUnavailable", message="There are too many.")
    served.close()
    error = {"code": 1023, "message": "There are too many.", "data": {"kind": "engineUnavailable"}}
    await editor.expect(
        {"id": 1, "error": error},
        {"method": "window/logMessage", "params": {"type": 1, "message": "There are too many."}},
    )
    again = asyncio.create_task(played.served())
    number = 1
    while not again.done():  # for a moment it does not even try
        number += 1
        editor.request(number, "session/list")
        answer = asyncio.create_task(editor.next())
        await asyncio.wait({again, answer}, return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            second = await (await again).begin()
            await second.expect({"id": number, "method": "session/list", "params": {}})
            second.say({"id": number, "result": []})
            assert await answer == {"id": number, "result": []}
        else:
            assert await answer == {"id": number, "error": error}
