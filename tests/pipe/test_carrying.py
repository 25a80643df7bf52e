"""What a pipe does while an engine serves: every message whole, in order and both ways, to a good end."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest

from sessiond_protocol import MAX_MESSAGE_BYTES
from support.daemon.framing import Framing
from support.pipe.editor import INITIALIZE, Editor
from support.pipe.place import Place
from support.pipe.played_engine import PlayedEngine, Served

Start = Callable[..., Awaitable[Editor]]
FRAMINGS: list[Framing] = ["headers", "lines"]


async def met(start: Start, played: PlayedEngine, framing: Framing = "headers") -> tuple[Editor, Served]:
    """An editor whose introduction the engine has heard."""
    editor = await (await start(framing)).begin()
    return editor, await (await played.served()).begin()


async def test_the_engine_learns_who_comes_and_that_initialize_has_its_answer(
    start: Start, played: PlayedEngine, place: Place
) -> None:
    editor = await (await start(ODD=b"\xff".decode(errors="surrogateescape"))).begin()
    served = await played.served()
    hello = served.hello
    assert {name: hello[name] for name in ("version", "link", "pid", "directory", "answered")} == {
        "version": "0.1.0",
        "link": 1,
        "pid": editor.process.pid,
        "directory": str(place.home),
        "answered": True,
    }
    assert hello["env"].items() >= (place.environment | {"ODD": "\ufffd"}).items()
    await served.welcome()
    await served.expect(
        {"id": 0, "method": "initialize", "params": INITIALIZE}, {"method": "initialized", "params": {}}
    )


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_messages_go_whole_and_in_order_both_ways(start: Start, played: PlayedEngine, framing: Framing) -> None:
    editor, served = await met(start, played, framing)
    text = 'ünï ☃ \u2028 \u2029 \\ " \n'
    editor.request("a", "session/chat", text=text)
    editor.notify("custom/news", text=text)
    await served.expect(
        {"id": "a", "method": "session/chat", "params": {"text": text}},
        {"method": "custom/news", "params": {"text": text}},
    )
    event = {"sessionId": "s", "events": [{"type": "part.delta", "text": text}]}
    served.notify("session/event", **event)
    served.request("q", "workspace/applyEdit", text=text)
    served.say({"id": "a", "result": text})
    await editor.expect(
        {"method": "session/event", "params": event},
        {"id": "q", "method": "workspace/applyEdit", "params": {"text": text}},
        {"id": "a", "result": text},
    )
    editor.say({"id": "q", "result": {"applied": True}})
    await served.expect({"id": "q", "result": {"applied": True}})


async def test_what_is_no_message_goes_to_the_engine_and_what_is_no_frame_is_refused_at_once(
    start: Start, played: PlayedEngine
) -> None:
    editor, served = await met(start, played)
    for body in (b"{", b"[]", b"null", b"[" * 1000, b'{"id":[],"method":7}', b"\xff"):
        editor.say(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert await served.reader.readexactly(len(body) + len(b"Content-Length: %d\r\n\r\n" % len(body)))
    editor.say(b"Content-Type: nonsense\r\n\r\n")
    await editor.expect(
        {
            "id": None,
            "error": {
                "code": -32700,
                "message": "a message needs the header `Content-Length: <bytes>`",
                "data": {"kind": "invalidRequest"},
            },
        }
    )


@pytest.mark.parametrize("framing", FRAMINGS)
async def test_a_message_that_is_too_large_is_passed_over_and_all_goes_on(
    start: Start, played: PlayedEngine, framing: Framing
) -> None:
    editor, served = await met(start, played, framing)
    editor.request(1, "huge", text="x" * (2 * MAX_MESSAGE_BYTES))
    editor.request(2, "small")
    error = (await editor.until(id=None))["error"]
    assert error["code"] == 1015
    assert error["data"] == {"kind": "payloadTooLarge", "maxMessageBytes": MAX_MESSAGE_BYTES}
    await served.expect({"id": 2, "method": "small", "params": {}})


async def test_large_messages_go_through_both_ways(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    prompt, export = "p" * (MAX_MESSAGE_BYTES - 1000), "e" * (64 << 20)
    editor.request(1, "session/import", document=prompt)
    message = await served.next()
    assert message is not None and message["params"]["document"] == prompt
    served.say({"id": 1, "result": export})
    answer = await editor.next()
    assert answer == {"id": 1, "result": export}


async def test_a_client_that_does_not_read_still_says_what_it_wants(start: Start, played: PlayedEngine) -> None:
    """The pipe takes a bounded amount for it, and leaves the rest with the engine."""
    editor, served = await met(start, played)
    filler = {"method": "session/event", "params": {"sessionId": "s", "events": ["x" * 50_000]}}
    served.writer.transport.set_write_buffer_limits(high=0)
    said = 0
    try:
        while True:
            served.say(filler)
            said += 1
            await asyncio.wait_for(served.writer.drain(), 0.5)
    except TimeoutError:
        pass
    assert said * 50_000 < 8 << 20
    editor.request(1, "session/abort", sessionId="s")
    await served.expect({"id": 1, "method": "session/abort", "params": {"sessionId": "s"}})
    for _ in range(said):
        await editor.expect(filler)


async def test_a_client_waits_while_the_engine_does_not_read(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    served.reader._transport.pause_reading()  # type: ignore[attr-defined] - asyncio has no other way
    said = 0
    try:
        while True:
            editor.notify("news", text="x" * 50_000)
            said += 1
            await asyncio.wait_for(editor.writer.drain(), 0.5)
    except TimeoutError:
        pass
    assert said * 50_000 < 8 << 20
    served.reader._transport.resume_reading()  # type: ignore[attr-defined] - likewise
    for _ in range(said):
        await served.until(method="news")


@pytest.mark.parametrize(("asks", "code"), [(True, 0), (False, 1)])
async def test_exit_ends_the_pipe_as_lsp_has_it(start: Start, played: PlayedEngine, asks: bool, code: int) -> None:
    editor, served = await met(start, played)
    if asks:
        editor.request(1, "shutdown")
        await served.until(id=1)
        served.say({"id": 1, "result": None})
        await editor.expect({"id": 1, "result": None})
    editor.notify("exit")
    await served.expect({"method": "exit", "params": {}})
    served.notify("window/logMessage", type=3, message="the last word")
    served.notify("link/ended")
    served.close()
    assert await editor.ends() == code
    assert await editor.rest() == [{"method": "window/logMessage", "params": {"type": 3, "message": "the last word"}}]


async def test_the_end_of_the_input_waits_for_answers(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played, "lines")
    editor.request(1, "session/chat")
    editor.say(b'{"jsonrpc":"2.0","id":2,"method":"last","params":{}}')
    editor.writer.close()
    await served.expect(
        {"id": 1, "method": "session/chat", "params": {}},
        {"id": 2, "method": "last", "params": {}},
        {"method": "link/ended", "params": {}},
    )
    served.say({"id": 2, "result": 2}, {"id": 1, "result": 1})
    served.notify("link/ended")
    served.close()
    await editor.expect({"id": 2, "result": 2}, {"id": 1, "result": 1})
    assert await editor.ends() == 0


async def test_half_a_message_at_the_end_of_the_input_is_told(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    editor.say(b"Content-Length: 100\r\n\r\n{")
    editor.writer.close()
    assert (await editor.until(id=None))["error"]["message"] == "the input ended in the middle of a message"
    await served.expect({"method": "link/ended", "params": {}})


async def test_a_client_that_closes_only_its_ear_has_left(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    editor.process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined] - asyncio has no other way
    assert await served.rest() == []
    assert await editor.ends() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_pipe_and_the_engine_sees_it_go(
    start: Start, played: PlayedEngine, number: signal.Signals
) -> None:
    editor, served = await met(start, played)
    os.kill(editor.process.pid, number)
    assert await served.rest() == []
    assert await editor.ends() == 0


async def test_what_the_engine_says_to_the_pipe_alone_no_client_sees(start: Start, played: PlayedEngine) -> None:
    editor, served = await met(start, played)
    served.notify("link/of-a-newer-version", anything=True)
    served.notify("window/logMessage", type=3, message="seen")
    await editor.expect({"method": "window/logMessage", "params": {"type": 3, "message": "seen"}})
