"""A model server on loopback that plays what a test gives it: bytes in given reads, drops, hangs, errors.

One per test, in a thread of its own, so that any process or event loop can call it. It answers every
path with the next `Answer` of its list (the last one again and again) and keeps every request.
"""

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from support.server.listening import stop_listening


@dataclass(frozen=True)
class Answer:
    """One HTTP response. `reads`: the body in the pieces that go out one by one.

    `then`: "end" closes the body properly, "drop" breaks the connection, "hang" says nothing more
    until the client leaves, "leave" ends the body properly and closes the connection when the next request comes on it.
    `pause`: seconds before each piece.
    """

    reads: list[bytes] = field(default_factory=list)
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/event-stream"})
    then: str = "end"
    pause: float = 0.0


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    """Parsed JSON, or None."""


class FakeModelServer:
    """`url` has no path; the OpenAI SDK wants `url + "/v1"`, Anthropic's wants it as it is."""

    def __init__(self, answers: list[Answer]) -> None:
        self.url = ""
        self.requests: list[Request] = []
        self.sent_bytes = 0
        self.disconnected = threading.Event()
        """Set when a client has left a response before its end."""
        self._answers = answers

    async def serve(self, ready: threading.Event, stop: asyncio.Event) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await stop.wait()
        await stop_listening(server)
        # All tasks of this loop: a connection may just have been accepted, and its own task is yet to come.
        while others := await self._left():
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

    async def _left(self) -> "set[asyncio.Task[Any]]":
        """After a few rounds of the loop: one that is cancelled before it begins would leave its socket to nobody."""
        for _ in range(5):
            await asyncio.sleep(0)
        return asyncio.all_tasks() - {asyncio.current_task()}

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            self.disconnected.set()
        except asyncio.CancelledError:
            pass  # the server stops
        finally:
            writer.transport.abort()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answers one request; False when the connection is at its end."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        except asyncio.IncompleteReadError:
            return False
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        text = await reader.readexactly(int(headers.get("content-length", 0)))
        method, path, _ = head[0].split(" ", 2)
        self.requests.append(Request(method, path, headers, json.loads(text) if text else None))
        answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
        return await self._play(answer, reader, writer)

    async def _play(self, answer: Answer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        lines = [f"HTTP/1.1 {answer.status} Answer", *(f"{name}: {value}" for name, value in answer.headers.items())]
        writer.write("\r\n".join([*lines, "transfer-encoding: chunked", "", ""]).encode("latin-1"))
        gone = asyncio.ensure_future(reader.read(1))
        try:
            for piece in answer.reads:
                await self._send(piece, answer.pause, writer, gone)
            if answer.then == "hang":
                await gone
                raise ConnectionResetError
        finally:
            if not gone.done() or answer.then == "drop":
                gone.cancel()
                await asyncio.gather(gone, return_exceptions=True)
        if answer.then == "drop":
            return False
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return answer.then != "leave" or not await reader.read(1)

    async def _send(
        self, piece: bytes, pause: float, writer: asyncio.StreamWriter, gone: "asyncio.Future[bytes]"
    ) -> None:
        await asyncio.wait([gone], timeout=pause)
        if gone.done():
            raise ConnectionResetError
        if piece:  # an empty chunk would end the body
            writer.write(f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
        await writer.drain()
        self.sent_bytes += len(piece)


@contextmanager
def fake_model_server(*answers: Answer) -> Iterator[FakeModelServer]:
    """Serves until the block ends."""
    server = FakeModelServer(list(answers))
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(server.serve(ready, stop),), daemon=True)
    thread.start()
    assert ready.wait(10), "the fake model server did not start"
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


def sse(*values: Any) -> bytes:
    """Events of a stream: JSON values, and strings such as `[DONE]` as they are."""
    texts = (value if isinstance(value, str) else json.dumps(value) for value in values)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def wait_until_disconnected(server: FakeModelServer, seconds: float = 5) -> float:
    """Returns the seconds until the server saw its client leave."""
    started = time.monotonic()
    assert server.disconnected.wait(seconds), "the client did not leave"
    return time.monotonic() - started
