"""Begins the turn of a prompt: joins what it has begun before, lets it wait, or plans and records a new turn.

Used by a client's manager, which holds `session.starting` meanwhile, so that who comes second finds the turn running.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from sessiond.engine.plan import TurnPlan
from sessiond.session.answering.permissions import Permissions
from sessiond.session.queue.awaited import withdrawn
from sessiond.session.queue.prompts import invalid, message_of, taken
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.session.transcript import Transcript
from sessiond.session.turns.prompt import asked_with, queued_prompt, user_message
from sessiond.session.turns.queueing import Queued, Queueing
from sessiond.session.turns.running import RunningTurns, Turn
from sessiond.session.turns.workplace import Namer, Workplace, Workplaces
from sessiond.tools.editor import Editor
from sessiond_protocol import events as e
from sessiond_protocol.course.queue import QueuedPrompt
from sessiond_protocol.messages import Message
from sessiond_protocol.methods import ChatParams

Attach: TypeAlias = Callable[[Session, Subscriber | None], None]
Naming: TypeAlias = Callable[[Transcript, e.TurnStarted, Message, Namer | None], list[e.DurableEvent]]
"""The title that a session gets with its first prompt, if it has none: `title/titles.py`."""


class Prompting:
    def __init__(
        self,
        workplaces: Workplaces,
        turns: RunningTurns,
        permissions: Permissions,
        queueing: Queueing,
        *,
        naming: Naming,
        attach: Attach,
    ) -> None:
        """`attach`: makes a client hear of a session."""
        self._workplaces = workplaces
        self._turns = turns
        self._permissions = permissions
        self._queueing = queueing
        self._naming = naming
        self._attach = attach

    async def begin(
        self, session: Session, params: ChatParams, subscriber: Subscriber | None, editor: Editor
    ) -> Turn | Queued:
        """Its prompt is on the disk when this returns. Raises RpcError; then nothing has been recorded."""
        await self._turns.end_left_over(session)
        if earlier := self._prompted_before(session, params.message_id):
            self._attach(session, subscriber)
            return earlier
        if params.when_busy != "reject" and self._turns.of(session.id) is not None:
            self._attach(session, subscriber)
            begin = partial(self.begin_queued, editor=editor)
            return await self._queueing.accept(session, queued_prompt(params, params.when_busy), begin)
        self._turns.refuse_when_busy(session)
        workplace = await self._workplaces.of(session.directory)
        plan = await self._plan(session, workplace, params, editor)
        self._attach(session, subscriber)
        return await self._begin(session, plan, user_message(params, session.id, plan.turn_id), workplace.namer)

    async def begin_queued(self, session: Session, prompt: QueuedPrompt, editor: Editor) -> None:
        """Begins the turn of a prompt that has waited, if it still does. Raises RpcError; then it still waits."""
        workplace = await self._workplaces.of(session.directory)
        plan = await self._plan(session, workplace, asked_with(prompt), editor)
        if prompt in session.transcript.queue:
            await self._begin(session, plan, message_of(prompt, session.id, plan.turn_id), workplace.namer)

    async def _plan(self, session: Session, workplace: Workplace, params: ChatParams, editor: Editor) -> TurnPlan:
        plan = await workplace.planner.plan(params, session.transcript.session, editor)
        await self._permissions.load(plan.root)
        return plan

    async def _begin(self, session: Session, plan: TurnPlan, message: Message, namer: Namer | None) -> Turn:
        started = e.TurnStarted(turn_id=plan.turn_id, kind="chat", model=plan.model.id)

        def begun(transcript: Transcript) -> list[e.DurableEvent]:
            return [started, *taken(transcript, message), *self._naming(transcript, started, message, namer)]

        await session.record_from(begun, sync=True)
        return await self._turns.begin(session, plan)

    def _prompted_before(self, session: Session, message_id: str | None) -> Turn | Queued | None:
        """What became of a prompt with this id that was accepted before. Raises RpcError for a withdrawn one."""
        transcript = session.transcript
        if message_id is None:
            return None
        if any(prompt.id == message_id for prompt in transcript.queue):
            return Queued(session, message_id, self._turns)
        if turn_id := transcript.prompts.get(message_id):
            if turn := self._turns.of_turn(session, turn_id):
                return turn
            raise invalid("messageId", "`messageId` is that of a prompt that came from another session.")
        if message_id in transcript.withdrawn:
            raise withdrawn(message_id)
        if message_id in transcript.messages:
            raise invalid("messageId", "`messageId` is that of an answer.")
        return None
