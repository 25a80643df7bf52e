"""The queue of each session at work: takes prompts in, changes them for clients, begins the next when a turn has ended.

Held by the keeper. The queue itself is in the log; what is here dies with the engine and costs nothing.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeAlias
from weakref import WeakKeyDictionary

from sessiond.session.queue import prompts
from sessiond.session.queue.prompts import Change
from sessiond.session.session import Session
from sessiond.session.transcript import Transcript
from sessiond.session.turns.running import RunningTurns, not_recorded
from sessiond.uncancelled import uncancelled
from sessiond_protocol import events as e
from sessiond_protocol.course.queue import QueuedPrompt, QueueResult
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatResult

log = logging.getLogger(__name__)

Begin: TypeAlias = Callable[[Session, QueuedPrompt], Awaitable[None]]
"""Begins the turn of a prompt that has waited, as the client that sent it would have."""


class Queued:
    """A prompt that waits, as the one who sent it sees it."""

    turn_id: None = None
    """It has none yet."""

    def __init__(self, session: Session, prompt_id: str, turns: RunningTurns) -> None:
        self.session_id = session.id
        self.queue_id = prompt_id
        self._session = session
        self._turns = turns

    async def result(self) -> ChatResult:
        """Waits for the end of the turn that the prompt got into. Waiting may be cancelled, the prompt is not.

        Raises RpcError `promptWithdrawn`, `queueHeld`, or `storageFailed` as `Turn.result` does.
        """
        turn_id = await self._session.awaited.turn_of(self._session.transcript, self.queue_id)
        async with self._session.starting:
            turn = self._turns.of_turn(self._session, turn_id)
        if turn is None:
            raise not_recorded(turn_id)
        return await turn.result()


class Queueing:
    def __init__(self, turns: RunningTurns, begin_left_over: Begin) -> None:
        """`begin_left_over`: for prompts that an engine before this one has taken."""
        self._turns = turns
        self._begin_left_over = begin_left_over
        self._begins: WeakKeyDictionary[Session, dict[str, Begin]] = WeakKeyDictionary()
        self._going_on: set[asyncio.Task[None]] = set()
        self._closing = False
        self._stays: str | None = None
        """Why what waits is held whenever a turn has ended; None: it goes on."""

    async def accept(self, session: Session, prompt: QueuedPrompt, begin: Begin) -> Queued:
        """It is on the disk when this returns. Raises RpcError when too much waits already."""
        await self._change(session, lambda queue: prompts.added(queue, prompt), goes_on=True)
        known = self._begins.get(session, {})
        waiting = [waiting.id for waiting in session.transcript.queue]
        self._begins[session] = {**{key: known[key] for key in waiting if key in known}, prompt.id: begin}
        if self._turns.of(session.id) is None:  # it has ended meanwhile and nobody else looks at the queue
            self.go_on(session)
        return Queued(session, prompt.id, self._turns)

    async def change(self, session: Session, change: Change) -> QueueResult:
        """Raises RpcError; then nothing has changed."""
        await self._change(session, change)
        return queue_of(session)

    async def resume(self, session: Session) -> QueueResult:
        """Lets the queue go on, at once if no turn runs."""
        await self._change(session, list[QueuedPrompt], goes_on=True)
        self.go_on(session)
        return queue_of(session)

    def go_on(self, session: Session) -> None:
        """Begins the next prompt if one waits and nothing keeps it; called whenever a turn has ended."""
        if session.transcript.queue and not self._closing:
            going_on = self._next(session) if self._stays is None else self._keep(session, self._stays)
            task = asyncio.create_task(going_on, name=f"queue of {session.id}")
            self._going_on.add(task)
            task.add_done_callback(partial(self._went_on, session))

    def stay(self, why: str) -> None:
        """From now on nothing that waits begins: it is held when the turn before it has ended."""
        self._stays = why

    @property
    def at_work(self) -> list[asyncio.Task[None]]:
        """What is just finding out whether something begins."""
        return list(self._going_on)

    async def close(self) -> None:
        """Begins nothing any more; what waits stays in the log."""
        self._closing = True
        while self._going_on:
            await asyncio.wait(self._going_on)

    async def _change(self, session: Session, change: Change, *, goes_on: bool = False) -> None:
        def changed(transcript: Transcript) -> list[e.DurableEvent]:
            queue, held = change(transcript.queue), None if goes_on else transcript.held
            if (queue, held) == (transcript.queue, transcript.held):
                return []
            return [e.QueueChanged(queue=queue, held=held if queue else None)]

        await uncancelled(session.record_from(changed, sync=True))

    async def _next(self, session: Session) -> None:
        async with session.starting:
            while self._may_begin(session):
                prompt = session.transcript.queue[0]
                try:
                    await self._begins.get(session, {}).get(prompt.id, self._begin_left_over)(session, prompt)
                except RpcError as error:
                    await self._hold(session, error)
                    return

    def _may_begin(self, session: Session) -> bool:
        transcript = session.transcript
        idle = self._turns.of(session.id) is None and transcript.session.turn_id is None
        return bool(transcript.queue) and transcript.held is None and idle and not self._closing

    async def _keep(self, session: Session, why: str) -> None:
        with suppress(RpcError):
            await session.record_from(lambda transcript: prompts.held(transcript, why), sync=True)

    async def _hold(self, session: Session, error: RpcError) -> None:
        """The prompt cannot begin; the log says why, unless it is the log that cannot."""
        session.say(e.Notice(severity="error", text=f"The next prompt cannot begin: {error.message}"))
        with suppress(RpcError):
            why = f"The next prompt cannot begin: {error.message}"
            await session.record_from(lambda transcript: prompts.held(transcript, why), sync=True)
        session.awaited.fail(error)

    def _went_on(self, session: Session, task: asyncio.Task[None]) -> None:
        self._going_on.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the queue of %s broke: %s: %s", session.id, type(error).__name__, error)


def queue_of(session: Session) -> QueueResult:
    return QueueResult(queue=session.transcript.queue, held=session.transcript.held)
