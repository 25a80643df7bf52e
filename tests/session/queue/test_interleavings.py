"""A law: whatever is done with a session, in whatever order, each prompt has one outcome and each turn one end."""

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.session.manager import SessionManager
from sessiond.storage.base import StorageFailed
from sessiond_protocol.course.branches import ForkParams, RevertParams, UnrevertParams
from sessiond_protocol.course.queue import QueueReorderParams, QueueUpdateParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatParams, CreateParams, MessagesParams, SubscribeParams, SummarizeParams
from support.engine import engine_with

BOUND = 60
CALL = {"toolCalls": [{"name": "write", "arguments": {"filePath": "new.txt", "content": "new\n"}}]}
STEPS: list[dict[str, Any]] = [
    {"expect": "fail", "error": {"kind": "quotaExceeded", "message": "No credit."}},
    {"expect": "work", "text": "I write. ", **CALL},
    {"expect": "long", "text": "So far ", "repeat": 20, "deltasPerSecond": 2000},
    {"expect": "hang", "text": "So far", "play": [{"waitFor": "go"}, {"text": " so good"}]},
    {"text": "Done."},
]
TEXTS = ("fail", "work", "long", "hang", "short")


class World:
    """A session in an engine that comes and goes, and all that was told of its prompts."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lives = AsyncExitStack()
        self._life = 0
        self.sessions: SessionManager
        self.session_id = ""
        self.accepted: set[str] = set()
        self.sent: list[str] = []
        self.turns: list[str] = []
        self.asking: list[asyncio.Task[object]] = []

    @property
    def place(self) -> Path:
        return self._home / str(self._life)

    async def live(self) -> None:
        engine = await self._lives.enter_async_context(engine_with(self.place, STEPS, '[permission]\nedit = "allow"\n'))
        self.sessions = await engine.sessions()
        if not self.session_id:
            self.session_id = (await self.sessions.create(CreateParams())).id

    def ask(self, question: Coroutine[Any, Any, object]) -> None:
        self.asking.append(asyncio.create_task(refusable(question)))

    def chat(self, number: int, when_busy: Any) -> None:
        message_id = f"prompt {number % 7}" if number % 3 == 0 else f"prompt {len(self.sent)} of {number}"
        self.sent.append(message_id)
        self.ask(self._chatted(message_id, TEXTS[number % len(TEXTS)], when_busy))

    async def _chatted(self, message_id: str, text: str, when_busy: Any) -> None:
        params = ChatParams(session_id=self.session_id, text=text, message_id=message_id, when_busy=when_busy)
        prompted = await self.sessions.chat(params)
        self.accepted.add(message_id)
        if prompted.turn_id is not None:
            self.turns.append(prompted.turn_id)
        await prompted.result()

    def reject(self, number: int) -> None:
        self.chat(number, "reject")

    def queue(self, number: int) -> None:
        self.chat(number, "queue")

    def steer(self, number: int) -> None:
        self.chat(number, "steer")

    def abort(self, number: int) -> None:
        turn_id = self.turns[number % len(self.turns)] if self.turns and number % 2 else None
        self.ask(self.sessions.abort(self.session_id, turn_id))

    def open(self, number: int) -> None:
        (self.place / "go").touch()

    def remove(self, number: int) -> None:
        self.ask(self._with_queued(number, lambda queue_id: self.sessions.queues.remove(self.session_id, queue_id)))

    def update(self, number: int) -> None:
        modes: list[Any] = [None, "queue", "steer"]

        def update(queue_id: str) -> Coroutine[Any, Any, object]:
            params = QueueUpdateParams(self.session_id, queue_id, text=TEXTS[number % 5], mode=modes[number % 3])
            return self.sessions.queues.update(params)

        self.ask(self._with_queued(number, update))

    def reorder(self, number: int) -> None:
        def reorder(queue_id: str) -> Coroutine[Any, Any, object]:
            return self.sessions.queues.reorder(QueueReorderParams(self.session_id, [queue_id]))

        self.ask(self._with_queued(number, reorder))

    def resume(self, number: int) -> None:
        self.ask(self.sessions.queues.resume(self.session_id))

    def summarize(self, number: int) -> None:
        self.ask(self.sessions.summarize(SummarizeParams(self.session_id)))

    def fork(self, number: int) -> None:
        self.ask(self._with_message(number, lambda at: self.sessions.forking.fork(ForkParams(self.session_id, at))))

    def revert(self, number: int) -> None:
        def revert(at: str) -> Coroutine[Any, Any, object]:
            return self.sessions.reverting.revert(RevertParams(self.session_id, at, files=number % 2 == 0))

        self.ask(self._with_message(number, revert))

    def unrevert(self, number: int) -> None:
        self.ask(self.sessions.reverting.unrevert(UnrevertParams(self.session_id)))

    async def _with_queued(self, number: int, do: Callable[[str], Coroutine[Any, Any, object]]) -> None:
        queue = (await self.sessions.queues.list(self.session_id)).queue
        if queue:
            await do(queue[number % len(queue)].id)

    async def _with_message(self, number: int, do: Callable[[str], Coroutine[Any, Any, object]]) -> None:
        messages = (await self.sessions.messages(MessagesParams(self.session_id))).messages
        if messages:
            await do(messages[number % len(messages)].id)

    async def restart(self) -> None:
        """The engine ends in order: all who wait are answered first, or told that it ends."""
        await self._lives.aclose()
        await self._drop()
        await self.live()

    async def kill(self) -> None:
        """What is on the disk now is all that the next life gets."""
        before = self.place
        self._life += 1
        shutil.copytree(before / "data", self.place / "data", ignore=shutil.ignore_patterns("*.lock"))
        accepted = set(self.accepted)
        await self._lives.aclose()
        await self._drop()
        self.accepted = accepted
        await self.live()

    async def _drop(self) -> None:
        for task in self.asking:
            task.cancel()
        await asyncio.gather(*self.asking, return_exceptions=True)
        self.asking.clear()

    async def settle(self) -> None:
        """Everybody who asked is answered, and the queue runs dry."""
        self.open(0)
        while True:
            queue = (await self.sessions.queues.list(self.session_id)).queue
            busy = (await self.sessions.get(self.session_id)).turn_id is not None
            if not queue and not busy and all(task.done() for task in self.asking):
                break
            if not busy:
                await self.sessions.queues.resume(self.session_id)
            await asyncio.to_thread(int)  # a turn of the loop and of the threads
        await asyncio.gather(*self.asking)

    async def log(self) -> list[dict[str, Any]]:
        subscription = await self.sessions.subscribe(SubscribeParams(self.session_id, after=0), Deaf())
        return [json.loads(event) for event in subscription.replay]

    async def close(self) -> None:
        await self._drop()
        await self._lives.aclose()


class Deaf:
    """Listens to nothing."""

    name = "deaf"
    answers = False

    def durable(self, *_: object) -> None: ...

    def grown(self, *_: object) -> None: ...

    def live(self, *_: object) -> None: ...


async def refusable(question: Coroutine[Any, Any, object]) -> None:
    """What is refused is answered; a store that is closed says so."""
    with suppress(RpcError, StorageFailed):
        await question


def check(log: list[dict[str, Any]], world: World) -> None:
    added = Counter(event["message"]["id"] for event in log if event["type"] == "message.added")
    assert set(added.values()) <= {1}, "a prompt was run twice"
    waiting: list[str] = []
    withdrawn: set[str] = set()
    for event in log:
        if event["type"] == "queue.changed":
            queue = [prompt["id"] for prompt in event["queue"]]
            assert len(set(queue)) == len(queue)
            withdrawn |= set(waiting) - set(queue) - set(added)
            waiting = queue
    for message_id in world.accepted:
        outcomes = [message_id in added, message_id in withdrawn, message_id in waiting]
        assert outcomes.count(True) == 1, f"{message_id}: {outcomes}"
    started = Counter(event["turnId"] for event in log if event["type"] == "turn.started")
    ended = Counter(event["turnId"] for event in log if event["type"] == "turn.ended")
    assert started == ended, f"{started - ended} {ended - started}"
    assert set(started.values()) <= {1}
    of_turns = {event["message"]["turnId"] for event in log if event["type"] == "message.added"}
    assert of_turns <= set(started)
    assert waiting == []


@asynccontextmanager
async def worlds() -> AsyncIterator[World]:
    with TemporaryDirectory() as home:
        world = World(Path(home).resolve())
        await world.live()
        try:
            yield world
        finally:
            await world.close()


OFTEN = ("reject", "queue", "queue", "steer", "steer", "abort", "open")
SELDOM = ("remove", "update", "reorder", "resume", "summarize", "fork", "revert", "unrevert", "kill", "restart")
DEED = st.tuples(st.sampled_from((*OFTEN, *SELDOM)), st.integers(0, 30), st.integers(0, 8))


@pytest.mark.timeout(300)
@settings(max_examples=40, deadline=None)
@given(st.lists(DEED, min_size=4, max_size=25))
def test_each_prompt_has_one_outcome_and_each_turn_one_end(deeds: list[tuple[str, int, int]]) -> None:
    async def lived() -> None:
        async with worlds() as world:
            for deed, number, pause in deeds:
                if deed in ("kill", "restart"):
                    await getattr(world, deed)()
                else:
                    getattr(world, deed)(number)
                for _ in range(pause):
                    await (asyncio.to_thread(int) if pause % 2 else asyncio.sleep(0))
            await asyncio.wait_for(world.settle(), BOUND)
            check(await world.log(), world)

    asyncio.run(lived())
