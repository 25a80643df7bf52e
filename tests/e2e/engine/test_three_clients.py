"""Three clients at one session: one that reads nothing, one that is killed in the middle of a frame, one that keeps
coming back. What each has in the end is the same, and the first costs the engine its bounded buffer at most.

When what happens is decided by what has been heard, not by the clock.
"""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from sessiond.owner.lock import owner_of
from sessiond.server.outgoing.outbox import MOST_OWED_BYTES
from support.daemon import Daemon, Follower, Home, a_home
from support.daemon.framing import frame

RETURNS = 6
PATIENCE = 60.0
ROOM = 16 * 1024 * 1024
"""Bytes that two runs of the same may differ by, for all that an allocator does."""


def pieces(count: int, words: int) -> list[dict[str, Any]]:
    """Steps of a model that waits before each until the test lets it go on, and leaves durable events of some size."""
    read = {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]}
    text = {"text": "0123456789" * 10, "repeat": words}
    return [{"waitFor": f"go{n}", **text, "play": [read]} for n in range(count)] + [{"text": "Done."}]


async def conversation(home: Home, *, stalls: bool, words: int) -> tuple[dict[str, list[Any]], int]:
    """What each of them has in the end, by its part in it; and the most that the engine has ever had in memory."""
    (home.project / "notes.txt").write_text("Something.\n")
    home.configure('[permission]\nrepeat = "allow"\n')
    home.play(*pieces(RETURNS, words))
    async with Follower(home) as killed, Follower(home) as returning, Follower(home) as stalled:
        session_id = await killed.create()
        for client in (returning, stalled):
            await client.subscribe(session_id, after=0)
        await killed.say(session_id, "mine")
        if stalls:
            stalled.pause()
        for n in range(RETURNS):
            (home.place / f"go{n}").touch()
            if n == RETURNS // 2:
                await killed_within_a_frame(home, killed)
            await returning.event(session_id, "part.delta")
            await returning.reload()
            await returning.whole(PATIENCE)
        await returning.chat(session_id, "Go on.", PATIENCE, messageId="mine")  # the same prompt: the end of its turn
        most = high_water(returning.engine_pid)
        await killed.reload()
        await killed.whole(PATIENCE)
        stalled.resume()
        last = killed.state(session_id).seq
        clients = {"killed": killed, "returning": returning, "stalled": stalled}
        for client in clients.values():
            await client.until(
                lambda client=client: (client.is_whole and client.state(session_id).seq >= last) or None, PATIENCE
            )
        assert (await killed.request("server/status"))["clients"] == 3
        found = {name: client.state(session_id).conversation() for name, client in clients.items()}
        return found | {"engine": await killed.messages(session_id)}, most


async def killed_within_a_frame(home: Home, client: Daemon) -> None:
    """In those that it reads, its own, and one that its pipe is just writing to the engine."""
    client.pause()
    client.send_bytes(frame({"jsonrpc": "2.0", "id": "half", "method": "session/list"}, "headers")[:-7])
    _, pipe = await asyncio.open_unix_connection(owner_of(str(home.data))["socket"])
    hello = {"version": "0.1.0", "link": 1, "pid": client.pipe_pid, "directory": "/", "env": {}}
    pipe.write(frame({"jsonrpc": "2.0", "method": "link/hello", "params": hello}, "headers"))
    pipe.write(frame({"jsonrpc": "2.0", "id": "half", "method": "session/list"}, "headers")[:-7])
    await pipe.drain()
    pipe.transport.abort()
    await client.kill_pipe()


def high_water(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))


def assert_alike(found: dict[str, list[Any]], words: int) -> None:
    said = [part["text"] for message in found["engine"] for part in message["parts"] if part["type"] == "text"]
    assert [len(text) for text in said[1:]] == [words * 100] * RETURNS + [5]
    for name in ("killed", "returning", "stalled"):
        assert found[name] == found["engine"], name


async def test_what_each_has_in_the_end_is_the_same(home: Home) -> None:
    found, _ = await conversation(home, stalls=True, words=500)
    assert_alike(found, 500)


@pytest.mark.slow
async def test_the_one_that_reads_nothing_costs_no_more_than_its_buffer(tmp_path: Path) -> None:
    words = 2 * MOST_OWED_BYTES // RETURNS // 100
    most: list[int] = []
    for stalls in (False, True):
        with a_home(tmp_path / str(stalls)) as home:
            found, memory = await conversation(home, stalls=stalls, words=words)
            assert_alike(found, words)
            most.append(memory)
    assert most[1] - most[0] < MOST_OWED_BYTES + ROOM, [f"{bytes / 2**20:.0f} MiB" for bytes in most]
