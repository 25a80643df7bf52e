"""Runs a task in a child session: a turn of its own in a log of its own, which its parent's turn waits for.

Called through `Session.delegate`, in the end by the `task` tool. A child gets its parent's plan and so the same
model, rules and editors and no more tools; aborting the parent's call aborts it.
"""

import asyncio
from collections.abc import Callable

import msgspec

from sessiond.engine.identifiers import new_id
from sessiond.engine.plan import TurnPlan
from sessiond.session.family.children import rolled_up
from sessiond.session.library import Library
from sessiond.session.made.new_session import new_session
from sessiond.session.session import Session
from sessiond.session.turns.prompt import user_message
from sessiond.session.turns.running import RunningTurns, Turn
from sessiond.storage.base import Store
from sessiond.tools.base import Delegated
from sessiond.tools.failure import ToolFailed
from sessiond.uncancelled import uncancelled
from sessiond_protocol import events as e
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Failure, Message, TextPart
from sessiond_protocol.methods import ChatParams, ChatResult

DEEPEST = 3
"""Sessions below the root of a family, one in the other: enough to split work twice, and an end to it."""
TASK = "task"
WHY_NOT = {
    "maxTokens": "its answer was cut at the model's limit",
    "maxSteps": "it used up its steps",
    "refusal": "the model refused",
    "aborted": "it was aborted",
    "interrupted": "the engine stopped while it ran",
}


class Delegation:
    def __init__(self, store: Store, turns: RunningTurns, library: Callable[[], Library]) -> None:
        self._store = store
        self._library = library
        self._turns = turns

    async def run(
        self, parent: Session, title: str, prompt: str, plan: TurnPlan, progress: Callable[[str], None]
    ) -> Delegated:
        """Raises ToolFailed when there can be no child. When cancelled, the child's turn has ended on return."""
        if parent.lineage.depth >= DEEPEST:
            raise ToolFailed(f"Tasks can be nested {DEEPEST} deep only. Do this one yourself.")
        try:
            child, own_plan = await self._child(parent, title, plan)
            result = await self._overheard(child, own_plan, prompt, progress)
            usage, cost = await rolled_up(self._store, child.transcript.session)
        except RpcError as error:
            raise ToolFailed(f"The task could not be run in a session of its own: {error.message}") from None
        return Delegated(
            session_id=child.id,
            answer=last_text(result.message),
            stop_reason=result.stop_reason,
            failure=failure_of(result),
            usage=usage,
            cost=cost,
        )

    async def _child(self, parent: Session, title: str, plan: TurnPlan) -> tuple[Session, TurnPlan]:
        row = new_session(
            new_id("ses"), parent.directory, title=title.strip() or None, parent_id=parent.id, model=plan.model.id
        )
        child = await self._library().add(row)
        deepest = child.lineage.depth >= DEEPEST
        tools = tuple(tool for tool in plan.tools if not (deepest and tool.name == TASK))
        return child, msgspec.structs.replace(plan, turn_id=new_id("trn"), tools=tools)

    async def _overheard(
        self, child: Session, plan: TurnPlan, prompt: str, progress: Callable[[str], None]
    ) -> ChatResult:
        overhear = _telling(progress)
        child.overhearing.add(overhear)
        try:
            return await self._outcome(child, plan, prompt)
        finally:
            child.overhearing.discard(overhear)

    async def _outcome(self, child: Session, plan: TurnPlan, prompt: str) -> ChatResult:
        """The result of the child's turn; whatever ends the waiting ends the turn as well."""
        try:
            turn = await uncancelled(self._begin(child, plan, prompt))
            return await turn.result()
        except asyncio.CancelledError:
            await uncancelled(self._turns.abort(child.id, plan.turn_id))
            raise

    async def _begin(self, child: Session, plan: TurnPlan, prompt: str) -> Turn:
        message = user_message(ChatParams(text=prompt), child.id, plan.turn_id)
        async with child.starting:
            try:
                await child.record(
                    e.SessionCreated(session=child.transcript.session),
                    e.TurnStarted(turn_id=plan.turn_id, kind="chat", model=plan.model.id),
                    e.MessageAdded(message=message),
                    sync=True,
                )
            except BaseException:
                self._library().forget(child.id)
                raise
            return await self._turns.begin(child, plan)


def last_text(message: Message | None) -> str:
    """What a message says last; empty when it says nothing."""
    texts = [part.text for part in message.parts if isinstance(part, TextPart)] if message else []
    return texts[-1] if texts else ""


def failure_of(result: ChatResult) -> str | None:
    """Why a turn did not come to a good end, in words for the model that gave the task."""
    if isinstance(result.error, Failure):
        return result.error.message
    return WHY_NOT.get(result.stop_reason)


def _telling(progress: Callable[[str], None]) -> Callable[[e.DurableEvent], None]:
    """Tells what the child's tools have done, by their titles."""

    def overhear(event: e.DurableEvent) -> None:
        if isinstance(event, e.ToolChanged) and event.state.status == "completed" and event.state.title:
            progress(event.state.title)

    return overhear
