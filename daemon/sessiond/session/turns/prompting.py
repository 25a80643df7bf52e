"""Begins the turn of a prompt: joins the one it has begun before, or plans and records a new one.

Used by the manager, which holds `session.starting` meanwhile, so that who comes second finds the turn running.
"""

from collections.abc import Callable
from typing import TypeAlias

from sessiond.session.answering.permissions import Permissions
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.session.transcript import Transcript
from sessiond.session.turns.planning import Planner
from sessiond.session.turns.prompt import user_message
from sessiond.session.turns.running import RunningTurns, Turn, ended_turn
from sessiond.tools.editor import Editor
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message
from sessiond_protocol.methods import ChatParams

Attach: TypeAlias = Callable[[Session, Subscriber | None], None]
Naming: TypeAlias = Callable[[Transcript, e.TurnStarted, Message], list[e.DurableEvent]]
"""The title that a session gets with its first prompt, if it has none: `title/titles.py`."""


class Prompting:
    def __init__(
        self, planner: Planner, turns: RunningTurns, permissions: Permissions, naming: Naming, attach: Attach
    ) -> None:
        """`attach`: makes a client hear of a session."""
        self._planner = planner
        self._turns = turns
        self._permissions = permissions
        self._naming = naming
        self._attach = attach

    async def begin(self, session: Session, params: ChatParams, subscriber: Subscriber | None, editor: Editor) -> Turn:
        """Its prompt is on the disk when this returns. Raises RpcError; then nothing has been recorded."""
        await self._turns.end_left_over(session)
        if earlier := self._turn_of_prompt(session, params.message_id):
            self._attach(session, subscriber)
            return earlier
        self._turns.refuse_when_busy(session)
        plan = await self._planner.plan(params, session.transcript.session, editor)
        await self._permissions.load(plan.root)
        self._attach(session, subscriber)
        started = e.TurnStarted(turn_id=plan.turn_id, kind="chat", model=plan.model.id)
        prompt = user_message(params, session.id, plan.turn_id)

        def begun(transcript: Transcript) -> list[e.DurableEvent]:
            return [started, e.MessageAdded(message=prompt), *self._naming(transcript, started, prompt)]

        await session.record_from(begun, sync=True)
        return await self._turns.begin(session, plan)

    def _turn_of_prompt(self, session: Session, message_id: str | None) -> Turn | None:
        """The turn that a prompt with this id has begun already."""
        prompt = session.transcript.messages.get(message_id) if message_id else None
        if prompt is None:
            return None
        running = self._turns.of(session.id)
        if running is not None and running.turn_id == prompt.turn_id:
            return running
        return ended_turn(session.transcript, prompt.turn_id)
