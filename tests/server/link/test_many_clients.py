"""Many clients on one engine: what one does costs the others nothing, and nothing of it stays behind."""

import asyncio
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sessiond.server.link import listening
from support.server.shared import HELLO, House, Pipe, house

CREATE = {"method": "session/create", "params": {}}


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"))


async def settled(shared: House, watcher: Pipe, clients: int) -> None:
    """Waits until so many are connected, by what the engine says."""
    async with asyncio.timeout(30):
        while (await watcher.request("server/status", id="status"))["result"]["clients"] != clients:
            pass


async def test_a_thousand_clients_that_come_and_go_leave_nothing_behind():
    async with house() as shared:
        watcher = await shared.client("watcher")
        (await shared.client()).kill()
        await settled(shared, watcher, 1)
        before, tasks = descriptors(), len(asyncio.all_tasks())
        for number in range(1000):
            pipe = Pipe(*await asyncio.open_unix_connection(shared.path))
            hello = {"method": "link/hello", "params": {**HELLO, "answered": True}}
            pipe.send(hello, {"id": 1, "method": "initialize", "params": {}})
            if number % 2:
                await pipe.method("link/welcome")
            pipe.kill()
        await settled(shared, watcher, 1)
        await shared.until(lambda: len(asyncio.all_tasks()) <= tasks)

        assert descriptors() == before


async def test_one_that_dies_in_the_middle_of_a_frame_takes_nothing_with_it():
    async with house() as shared:
        one, two = await shared.client("one"), await shared.client("two")
        one.send(
            {"id": 2, "method": "session/get", "params": {"sessionId": "hangs"}}, b'Content-Length: 100\r\n\r\n{"id"'
        )
        await two.request("session/get", {"sessionId": "s"}, id=2)
        one.kill()

        await settled(shared, two, 1)


async def test_one_that_reads_nothing_is_not_read_either_and_the_others_are_served():
    async with house() as shared:
        stalled, other = await shared.client("stalled"), await shared.client("other")
        stalled.reader._transport.pause_reading()  # type: ignore[attr-defined] # asyncio has no other way
        count = 40_000
        stalled.send(*[{"id": n, "method": "session/get", "params": {"sessionId": "s"}} for n in range(count)])
        waiting = -1
        while stalled.writer.transport.get_write_buffer_size() != waiting:
            waiting = stalled.writer.transport.get_write_buffer_size()
            for _ in range(50):
                await other.request("session/get", {"sessionId": "s"}, id=2)

        assert waiting > 1_000_000
        stalled.reader._transport.resume_reading()  # type: ignore[attr-defined] # asyncio has no other way
        answers = [await stalled.next() for _ in range(count)]
        assert {answer["id"] for answer in answers if answer is not None} == set(range(count))


async def test_one_too_many_is_told_so(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listening, "most_clients", lambda: 2)
    async with house() as shared:
        one, _ = await shared.client(), await shared.client()
        refused = await shared.pipe()

        message = (await refused.method("link/refused"))["message"]
        assert message == "The engine serves 2 clients already. Close some of them."
        one.kill()
        again = await taken_in(shared)
        await settled(shared, again, 2)
        await again.request("server/stop", {"when": "now"}, id=2)
        assert await shared.ended() == 0


async def taken_in(shared: House) -> Pipe:
    """A client, as soon as there is room for it."""
    while True:
        pipe = await shared.pipe()
        pipe.send({"method": "link/hello", "params": HELLO}, {"id": 1, "method": "initialize", "params": {}})
        word = await pipe.next()
        if word is not None and word["method"] == "link/welcome":
            return pipe


async def test_a_process_without_a_descriptor_left_takes_in_who_waits_once_it_has_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(listening, "FULL_SECONDS", 0.05)
    async with house() as shared:
        other, late = await shared.client(), socket.socket(socket.AF_UNIX)
        with no_descriptors_left():
            late.connect(str(shared.path))
            await other.request("session/get", {"sessionId": "s"}, id=2)
            await other.request("session/get", {"sessionId": "s"}, id=3)

        pipe = await Pipe(*await asyncio.open_unix_connection(sock=late)).begin()
        assert "result" in await pipe.request("session/get", {"sessionId": "s"}, id=2)
        pipe.close()


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    first_free = os.dup(0)
    os.close(first_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
