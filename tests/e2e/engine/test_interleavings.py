"""Whatever happens in whatever order: prompts, deaths of the engine and of pipes, editors that come back or do not.

The logs that are left replay to what each client has folded of them as it went along.
"""

import asyncio
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.daemon import Follower, Home, RequestFailed, SessionState

CLIENTS = 3
DOINGS = st.sampled_from(["prompt", "prompt", "hear", "hear", "kill the engine", "crash", "reload"])
SCHEDULES = st.lists(st.tuples(DOINGS, st.integers(0, CLIENTS - 1), st.integers(1, 15)), min_size=3, max_size=14)
STEPS: list[dict[str, Any]] = [
    {
        "reasoning": "Let me see. ",
        "repeat": 5,
        "play": [{"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]}],
    },
    {"text": "Some wörds. ", "repeat": 40, "deltasPerSecond": 400},
]


class Play:
    """Three clients at one session; it goes on with the engine of the one before."""

    def __init__(self, clients: list[Follower]) -> None:
        self._clients = clients
        self.session_id = ""

    async def run(self, schedule: list[tuple[str, int, int]]) -> None:
        self.session_id = await self._clients[0].create()
        for client in self._clients[1:]:
            client.follow(self.session_id)
        for what, who, count in schedule:
            await self._happens(what, self._clients[who], count)
        for client in self._clients:
            if not client.running:
                await client.reload()
        turn_id = await self._last_turn()
        for client in self._clients:
            await client.event(self.session_id, "turn.ended", turnId=turn_id)
        await self._assert_all_have_the_log()

    async def _happens(self, what: str, client: Follower, count: int) -> None:
        if what == "kill the engine":
            if client.home.engine_pid is not None:
                await client.kill_engine()
        elif what == "reload" or not client.running:
            await client.reload()
        elif what == "crash":
            await client.kill_pipe()
        elif what == "prompt":
            client.send("session/chat", {"sessionId": self.session_id, "text": "Go on.", "respond": "accepted"})
        else:
            await self._hears(client, count)

    async def _hears(self, client: Follower, count: int) -> None:
        """So many events, if a turn runs in which there are so many."""
        await client.whole()
        state = client.state(self.session_id)
        goal = len(state.events) + count
        await client.until(lambda: len(state.events) >= goal or not state.session.get("turnId") or None)

    async def _last_turn(self) -> str:
        """One more, when whatever runs has ended, with an engine that lives."""
        client = self._clients[0]
        while True:
            try:
                return (await client.chat(self.session_id, "The last one."))["turnId"]
            except RequestFailed as refusal:
                if refusal.kind == "sessionBusy":
                    await client.event(self.session_id, "turn.ended", turnId=refusal.data["turnId"])
                elif refusal.kind != "engineLost":  # killed last of all, and noticed only now
                    raise

    async def _assert_all_have_the_log(self) -> None:
        folded = [client.sessions[self.session_id] for client in self._clients]
        log = SessionState()
        await self._clients[0].subscribe(self.session_id, 0, log)
        await self._clients[0].until(lambda: log.seq >= folded[0].seq or None)
        ends = [event["turnId"] for event in log.events if event["type"] == "turn.ended"]
        assert len(ends) == len(set(ends)) == log.types().count("turn.started")
        for state in folded:
            assert state.stored == log.stored
            assert state.conversation() == log.conversation()
        assert log.conversation() == await self._clients[0].messages(self.session_id)


@contextmanager
def running(client: Follower, runner: asyncio.Runner) -> Generator[None]:
    """As `async with`, in steps of the runner: hypothesis knows no coroutines."""
    runner.run(client.__aenter__())
    try:
        yield
    except BaseException as failure:
        runner.run(client.__aexit__(type(failure), failure, None))
        raise
    runner.run(client.__aexit__(None, None, None))


def hold_for(home: Home, examples: int) -> None:
    (home.project / "notes.txt").write_text("Something.\n")
    home.play(*STEPS)
    clients = [Follower(home) for _ in range(CLIENTS)]

    with asyncio.Runner() as runner, ExitStack() as opened:
        for client in clients:
            opened.enter_context(running(client, runner))

        @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(SCHEDULES)
        def holds(schedule: list[tuple[str, int, int]]) -> None:
            runner.run(Play(clients).run(schedule))
            for client in clients:
                client.sessions.clear()

        holds()


def test_every_client_ends_with_the_log_that_is_left(home: Home) -> None:
    hold_for(home, examples=5)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_client_ends_with_the_log_that_is_left_of_a_long_play(home: Home) -> None:
    hold_for(home, examples=40)
