"""A server that is reached by HTTP and floods gets its share of the event loop, and no heap of tasks."""

import asyncio
import json

from sessiond.mcp.base import CallResult, Remote, Text
from sessiond.mcp.connection.connect import connect
from sessiond.mcp.connection.remote.pace import MOST_UNANSWERED
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.host import RememberingHost, configured, unheard
from support.mcp.replies import Json
from support.mcp.streaming import Streaming, streaming

MANY = 10_000
CONTENT: Json = {"content": [{"type": "text", "text": "done"}]}
NOTE = {"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "x"}}


def place(server: Streaming) -> Remote:
    return Remote(url=server.url, kind="sse", headers={})


async def test_what_nobody_has_asked_for_is_left_out_beyond_a_share_and_calls_are_answered() -> None:
    async def floods(server: Streaming, message: Json) -> int:
        for _ in range(MANY):
            server.tell(json.dumps(NOTE))
        server.answer(message, CONTENT)
        return 202

    host = RememberingHost()
    async with streaming(floods) as server, connect(configured(place(server)), host) as connection:
        assert await connection.call("tool", {}, unheard) == CallResult((Text("done"),))
        await host.until(lambda: len(host.logged) > 1_000)

    assert any("left out" in line for line in host.logged)
    assert len(host.logged) < MANY


async def test_no_more_than_some_requests_of_a_server_wait_for_their_answers() -> None:
    async def asks(server: Streaming, message: Json) -> int:
        for number in range(2 * MOST_UNANSWERED):
            params: Json = {"message": "?", "requestedSchema": {"type": "object", "properties": {}}}
            server.tell(json.dumps({"jsonrpc": "2.0", "id": number, "method": "elicitation/create", "params": params}))
        server.answer(message, CONTENT)
        return 202

    async def waits(_: Inquiry) -> QuestionAnswer:
        await may_answer.wait()
        return QuestionAnswer("decline")

    may_answer = asyncio.Event()
    host = RememberingHost(answer=waits)
    async with streaming(asks) as server, connect(configured(place(server)), host) as connection:
        assert await connection.call("tool", {}, unheard) == CallResult((Text("done"),))
        first = len(host.inquiries)
        may_answer.set()
        await host.until(lambda: host.logged)

    assert first == MOST_UNANSWERED
    assert host.logged == ["a request was not answered, because too many wait for their answers"]


async def test_of_a_log_message_with_much_in_it_the_beginning_is_logged() -> None:
    async def tells(server: Streaming, message: Json) -> int:
        data = {"level": "info", "data": {"rows": [[number] for number in range(100_000)]}}
        server.tell(json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": data}))
        server.answer(message, CONTENT)
        return 202

    host = RememberingHost()
    async with streaming(tells) as server, connect(configured(place(server)), host) as connection:
        await connection.call("tool", {}, unheard)
        await host.until(lambda: host.logged)

    assert host.logged[0].startswith("info: {'rows': [[0], [1], [2],")
    assert len(host.logged[0]) < 200
