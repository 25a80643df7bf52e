"""A law: whatever is done with a pool of servers, in whatever order, nothing is left and every call is answered."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.mcp.base import CallResult, Lost, ServerFailed
from sessiond.mcp.pool import Pool
from sessiond.mcp.supervision import link
from sessiond.tools.base import Inquiry
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.played.pools import Configuration, Stage, declared, pool_of
from support.mcp.played.server import Played, Time, echo, hang, nothing, offering
from support.mcp.played.supervised import BOUND, User, unheard

NAMES = ("a", "b")
ROOTS = ("/one", "/two")
INQUIRY = Inquiry(source="MCP server", message="Which one?")


async def fails(_: Played) -> None:
    raise ServerFailed("It is broken.")


async def breaks(*_: object) -> Any:
    raise ZeroDivisionError


async def asks(connection: Played, *_: object) -> CallResult:
    answer = await connection.host.inquire(INQUIRY)
    return CallResult((), structured=answer.action)


async def loses(connection: Played, *_: object) -> CallResult:
    connection.lose()
    raise Lost("It is gone.")


ENTERING: tuple[Callable[..., Any], ...] = (nothing, fails, breaks, hang)
CALLING: tuple[Callable[..., Any], ...] = (echo, hang, asks, loses)


class World:
    """A pool, those who use it, and what a step may do to them."""

    def __init__(self, pool: Pool, stage: Stage, configuration: Configuration) -> None:
        self.pool = pool
        self.stage = stage
        self.configuration = configuration
        self.calls: list[asyncio.Task[object]] = []
        self.others: list[asyncio.Task[object]] = []

    async def step(self, kind: str, root: str, name: str, number: int) -> None:
        getattr(self, kind)(root, name, number)
        for _ in range(number):
            # Reading the configuration takes a turn of a thread, all else a turn of the loop.
            await (asyncio.to_thread(int) if number % 2 else asyncio.sleep(0))

    def begin(self, root: str, _: str, number: int) -> None:
        self.pool.begin(root, again=number % 3 == 0)

    def lose(self, _: str, name: str, number: int) -> None:
        if connections := self.stage[name].open:
            connections[number % len(connections)].lose()

    def change(self, _: str, name: str, number: int) -> None:
        self.stage[name].offered = offering(*("one", "two", "three")[: number % 4])
        for connection in self.stage[name].open:
            connection.host.changed()

    def call(self, root: str, name: str, _: int) -> None:
        self.calls.append(asyncio.create_task(self.answered(root, name)))

    def cancel(self, _: str, __: str, number: int) -> None:
        if self.calls:
            self.calls[number % len(self.calls)].cancel()

    def entering(self, _: str, name: str, number: int) -> None:
        self.stage[name].enter = ENTERING[number % len(ENTERING)]

    def calling(self, _: str, name: str, number: int) -> None:
        self.stage[name].call = CALLING[number % len(CALLING)]

    def configure(self, root: str, _: str, number: int) -> None:
        self.configuration.of[root] = [declared(each, command=[f"v{number % 2}"]) for each in NAMES[: number % 3]]

    def connect(self, root: str, name: str, _: int) -> None:
        self.others.append(asyncio.create_task(self.switched(self.pool.connect(root, name))))

    def disconnect(self, root: str, name: str, _: int) -> None:
        self.others.append(asyncio.create_task(self.switched(self.pool.disconnect(root, name))))

    def close(self, *_: object) -> None:
        self.others.append(asyncio.create_task(self.pool.close()))

    async def answered(self, root: str, name: str) -> object:
        """An answer: a result, a failure in words, or that there is no such server."""
        entry = (await self.pool.of(root)).entries.get(name)
        if entry is None or entry.server is None:
            return None
        user = User(QuestionAnswer("decline"))
        user.answers.set()
        try:
            return await entry.server.call("echo", {}, unheard, user.surroundings)
        except ServerFailed as failure:
            return str(failure)

    async def switched(self, work: Coroutine[Any, Any, object]) -> object:
        try:
            return await work
        except (KeyError, RpcError) as error:
            return error


USUAL = ("begin", "lose", "change", "call", "cancel", "entering", "calling", "configure", "connect", "disconnect")
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*USUAL, "begin", "call", "call", "close")),
        st.sampled_from(ROOTS),
        st.sampled_from(NAMES),
        st.integers(0, 12),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_done_in_whatever_order_nothing_is_left_and_every_call_is_answered(
    steps: list[tuple[str, str, str, int]],
) -> None:
    with TemporaryDirectory() as directory:
        asyncio.run(played_through(steps, Path(directory)))


async def played_through(steps: list[tuple[str, str, str, int]], directory: Path) -> None:
    stage = Stage()
    configuration = Configuration()
    configuration.of = {root: [declared(name) for name in NAMES] for root in ROOTS}
    async with asyncio.timeout(6 * BOUND):
        async with pool_of(configuration, stage, directory) as pool:
            time = Time()
            pool._means = pool._means._replace(now=lambda: time.now, pause=time.pause)
            world = World(pool, stage, configuration)
            for kind, root, name, number in steps:
                await world.step(kind, root, name, number)
            await pool.close()
            answers = await asyncio.gather(*world.calls, return_exceptions=True)
            await asyncio.gather(*world.others)

    defects = [each for each in answers if isinstance(each, BaseException | None) and not is_allowed(each)]
    assert defects == []
    assert stage.open == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


def is_allowed(answer: BaseException | None) -> bool:
    """No such server, or the caller was cancelled."""
    return answer is None or isinstance(answer, asyncio.CancelledError)


async def test_a_pool_closes_in_bounded_time_around_connections_that_never_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "LEAVING_SECONDS", 0.05)
    stage = Stage()
    may_end = asyncio.Event()
    for name in NAMES:
        stage[name].leave = lambda _: may_end.wait()
    configuration = Configuration()
    configuration.of["/one"] = [declared(name) for name in NAMES]
    async with pool_of(configuration, stage, tmp_path) as pool:
        servers = await pool.of("/one")
        servers.begin()
        await servers.settled(BOUND)
        async with asyncio.timeout(BOUND):
            await pool.close()
        left = len(stage.open)
        may_end.set()

        assert left == 2
