"""SIGKILL of the engine under three clients with turns that stream: all of it is there, once, and nothing is left."""

import asyncio
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil
import pytest

from support.daemon import Follower, Home
from support.daemon.engine_process import dies, processes_of
from support.mcp.servers import odd_command, settings, started

CLIENTS = 3
BOUND = 30.0
"""Seconds until a client is whole again at most; two are promised on a quiet machine, `bench engine` has the figure."""
STREAM = {"text": "Some wörds. ", "repeat": 2000, "deltasPerSecond": 400}
READ = {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]}


@dataclass
class Told:
    """What has been asked for and accepted, over all engines."""

    turns: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """By session."""
    whole_after: list[float] = field(default_factory=list[float])
    """Seconds, of each client after each death."""


@pytest.fixture(autouse=True)
def scene(home: Home) -> None:
    (home.project / "notes.txt").write_text("Something.\n")
    home.configure(settings({"odd": odd_command()}))
    home.play({"reasoning": "Hm. ", "repeat": 5, "play": [READ]}, STREAM)


async def one_death(clients: list[Follower], told: Told, number: int, chance: random.Random) -> None:
    """Each prompts in its session; the engine is killed once one of them has heard some of its answer."""
    sessions = list(told.turns)
    turns = await asyncio.gather(
        *(
            client.say(session_id, f"{session_id}.{number}")
            for client, session_id in zip(clients, sessions, strict=True)
        )
    )
    for session_id, turn_id in zip(sessions, turns, strict=True):
        told.turns[session_id].append(turn_id)
    index, count = chance.randrange(CLIENTS), chance.randrange(1, 12)
    heard = clients[index].state(sessions[index]).events
    goal = len(heard) + count
    await clients[index].until(lambda: len(heard) >= goal or None)
    await clients[0].kill_engine()
    killed = time.monotonic()
    told.whole_after += await asyncio.gather(*(whole(client, told, killed) for client in clients))


async def whole(client: Follower, told: Told, since: float) -> float:
    """Waits until the client has heard of the end of every turn, of its own and of the others'; how long that took."""
    last = {session_id: turns[-1] for session_id, turns in told.turns.items()}
    for session_id, turn_id in last.items():
        await client.event(session_id, "turn.ended", seconds=BOUND, turnId=turn_id)
    await client.whole(BOUND)
    return time.monotonic() - since


def assert_each_turn_ended_once(client: Follower, told: Told) -> None:
    for session_id, turns in told.turns.items():
        events = [event for event in client.state(session_id).events if "seq" in event]
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert Counter(event["turnId"] for event in events if event["type"] == "turn.ended") == Counter(turns)
        assert Counter(event["turnId"] for event in events if event["type"] == "turn.started") == Counter(turns)


async def deaths(home: Home, count: int) -> Told:
    seed = int(os.environ.get("SESSIOND_TEST_SEED") or random.randrange(2**32))
    print(f"SESSIOND_TEST_SEED={seed}")
    chance, told = random.Random(seed), Told()
    clients = [Follower(home) for _ in range(CLIENTS)]
    async with clients[0], clients[1], clients[2]:
        for client in clients:
            told.turns[await client.create()] = []
        for client in clients:
            for session_id in told.turns:
                await client.subscribe(session_id, after=0)
        for number in range(count):
            await one_death(clients, told, number, chance)
        for client in clients:
            assert_each_turn_ended_once(client, told)
        await assert_the_engine_says_the_same(clients[0], told)
        await assert_only_these_are_left(home, clients)
    assert processes_of(home.place) == []
    return told


async def assert_the_engine_says_the_same(client: Follower, told: Told) -> None:
    for session_id, turns in told.turns.items():
        state = client.state(session_id)
        assert await client.messages(session_id) == state.conversation()
        prompts = Counter(message["turnId"] for message in state.messages.values() if message["role"] == "user")
        assert prompts == Counter(turns)


async def assert_only_these_are_left(home: Home, clients: list[Follower]) -> None:
    """Three pipes and one engine with what it has started; no zombie of any."""
    await started(clients[0])
    engine = psutil.Process(clients[0].engine_pid)
    expected = {engine.pid, *(child.pid for child in engine.children(recursive=True))}
    expected |= {client.pipe_pid for client in clients}
    for pid in pids_of(home) - expected:  # what served a dead engine takes a moment to notice
        assert await asyncio.to_thread(dies, pid, BOUND)
    assert pids_of(home) == expected
    for process in map(psutil.Process, expected):
        zombies = [child for child in process.children() if child.status() == psutil.STATUS_ZOMBIE]
        assert zombies == [], process


@pytest.mark.parametrize("sandbox", ["auto", "off"])
async def test_commands_of_a_dead_engine_do_not_outlive_it(home: Home, sandbox: str) -> None:
    """The next engine knows them by the call that its log has open."""
    begun = home.project / "begun"
    os.mkfifo(begun)
    home.configure(f'[permission]\n"*" = "allow"\n[sandbox]\nbash = "{sandbox}"\n')
    home.play(runs("trap '' TERM; (setsid sleep 1001 &); echo > begun; sleep 1000"), {"text": "Done."})
    async with Follower(home) as client:
        session_id = await client.create()
        turn_id = await client.say(session_id, "mine")
        await asyncio.wait_for(asyncio.to_thread(begun.read_bytes), BOUND)
        assert commands(home)
        await client.kill_engine()

        ended = await client.event(session_id, "turn.ended", turnId=turn_id)
        assert (ended["stopReason"], commands(home)) == ("interrupted", [])


def pids_of(home: Home) -> set[int]:
    return {process.pid for process in processes_of(home.place)}


def runs(command: str) -> dict[str, object]:
    return {"toolCalls": [{"name": "bash", "arguments": {"command": command}}]}


def commands(home: Home) -> list[psutil.Process]:
    return [process for process in processes_of(home.place) if process.name() in ("bash", "sleep")]


async def test_ten_deaths_cost_no_event_and_leave_nothing_behind(home: Home) -> None:
    await deaths(home, 10)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_a_hundred_deaths_cost_no_event_and_leave_nothing_behind(home: Home) -> None:
    told = await deaths(home, 100)
    ordered = sorted(told.whole_after)
    print(f"whole again after {ordered[len(ordered) // 2]:.2f} s, {ordered[-1]:.2f} s at most")
    assert len(ordered) == 100 * CLIENTS
