"""A model server for benchmarks: chat completions as SSE, in a process of its own, one HTTP chunk an event.

The last user message is the plan of the answer, as JSON; see `Plan`. Prints its port when it listens.
Times are `time.monotonic_ns()`, which all processes of a machine share.
"""

import asyncio
import json
import sys
import time
from typing import Any, NamedTuple

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
BLOCK = 64 * 1024


class Plan(NamedTuple):
    """`deltas` of `size` bytes at `rate` a second (0: as fast as they are taken).

    `stamped`: each delta is the time at which it was written. `tool`: first asks for `read` of this path.
    """

    deltas: int = 1
    size: int = 20
    rate: float = 0.0
    stamped: bool = False
    tool: str | None = None


def delta(text: str) -> bytes:
    return event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def event(fields: dict[str, Any]) -> bytes:
    chunk = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", **fields}
    return chunked(b"data: " + json.dumps(chunk, separators=(",", ":")).encode() + b"\n\n")


def chunked(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def ending(reason: str) -> bytes:
    usage = {"prompt_tokens": 10, "completion_tokens": 20, "total_tokens": 30}
    return (
        event({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        + event({"choices": [], "usage": usage})
        + chunked(b"data: [DONE]\n\n")
        + b"0\r\n\r\n"
    )


def stamp(*times: int) -> str:
    return "".join(f"{moment:019d} " for moment in times)


class ModelServer:
    def __init__(self) -> None:
        self._tool_asked_at = 0

    async def serve(self) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await self._exchange(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        body = json.loads(await reader.readexactly(length) or b"{}")
        arrived = time.monotonic_ns()
        messages = body.get("messages", [])
        plan = plan_of(messages)
        writer.write(HEAD)
        if plan.tool and messages[-1]["role"] != "tool":
            writer.write(tool_call(plan.tool) + ending("tool_calls"))
            self._tool_asked_at = time.monotonic_ns()
            return
        writer.write(delta(stamp(arrived, self._tool_asked_at, time.monotonic_ns())))
        await self._play(plan, writer)
        writer.write(ending("stop"))
        await writer.drain()

    async def _play(self, plan: Plan, writer: asyncio.StreamWriter) -> None:
        if plan.rate:
            await _play_paced(plan, writer)
            return
        body = delta("x" * (plan.size - 1) + " ") * (plan.deltas - 1)
        for start in range(0, len(body), BLOCK):
            writer.write(body[start : start + BLOCK])
            await writer.drain()


async def _play_paced(plan: Plan, writer: asyncio.StreamWriter) -> None:
    loop = asyncio.get_running_loop()
    begun = loop.time()
    for number in range(1, plan.deltas):
        await asyncio.sleep(max(0.0, begun + number / plan.rate - loop.time()))
        writer.write(delta(stamp(time.monotonic_ns()) if plan.stamped else "x" * plan.size))
        if writer.is_closing():
            raise ConnectionResetError


def plan_of(messages: list[dict[str, Any]]) -> Plan:
    """What the last prompt asks for; the defaults when it is not a plan."""
    for message in reversed(messages):
        if message["role"] == "user":
            content = message["content"]
            text = content if isinstance(content, str) else "".join(part.get("text", "") for part in content)
            return Plan(**json.loads(text)) if text.startswith("{") else Plan()
    return Plan()


def tool_call(path: str) -> bytes:
    function = {"name": "read", "arguments": json.dumps({"filePath": path})}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function}
    return event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": None}]})


if __name__ == "__main__":
    asyncio.run(ModelServer().serve())
