"""The floor: what any Python process pays that turns a model's SSE stream into notifications, and does no more.

Speaks as much of the protocol as `connection.py` needs: `initialize`, `session/create`, `session/chat`.
One asyncio loop, one socket, one JSON notification a delta. Keeps nothing, checks nothing.
"""

import asyncio
import json
import os
import sys
import time
from typing import Any

PORT = int(os.environ.get("BENCH_PORT", "0"))


def say(message: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")).encode() + b"\n")
    sys.stdout.buffer.flush()


def tell(session_id: str, event: dict[str, Any]) -> None:
    stamped = {**event, "at": time.time_ns() // 1_000_000}
    say({"method": "session/event", "params": {"sessionId": session_id, "events": [stamped]}})


class Pipe:
    def __init__(self) -> None:
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def chat(self, text: str) -> None:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", PORT)
        body = json.dumps({"model": "m", "stream": True, "messages": [{"role": "user", "content": text}]}).encode()
        head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        await self._reader.readuntil(b"\r\n\r\n")
        while size := int(await self._reader.readline(), 16):
            data = await self._reader.readexactly(size + 2)
            if data.startswith(b"data: {"):
                self._tell_delta(json.loads(data[6:]))
        await self._reader.readline()

    def _tell_delta(self, chunk: dict[str, Any]) -> None:
        for choice in chunk["choices"]:
            if content := choice["delta"].get("content"):
                tell("s", {"type": "part.delta", "messageId": "m", "partId": "p", "field": "text", "text": content})


async def serve() -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    pipe = Pipe()
    while line := await reader.readline():
        request = json.loads(line)
        if request["method"] == "session/chat":
            await pipe.chat(request["params"]["text"])
            tell("s", {"type": "turn.ended", "turnId": "t", "seq": 1})
        if "id" in request:
            say({"id": request["id"], "result": {"id": "s"}})


if __name__ == "__main__":
    asyncio.run(serve())
