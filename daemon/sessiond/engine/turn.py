"""One turn: from a recorded prompt to the final answer, as a loop of steps; or only a summary, where that is asked for.

The session's manager starts it as a task of its own once `turn.started` and the prompt stand in
the log. It holds no telemetry, titles or storage: those listen to events.
"""

import asyncio
import logging

from sessiond.engine.compaction.room import Room
from sessiond.engine.compaction.summarizing import Summarizing
from sessiond.engine.context import Context
from sessiond.engine.conversation import Conversation, TurnOutcome
from sessiond.engine.model_call import ContextTooLong
from sessiond.engine.plan import TurnPlan
from sessiond.engine.step import Step
from sessiond.providers.base import ProviderError
from sessiond.storage.base import StorageFailed
from sessiond.uncancelled import uncancelled
from sessiond_protocol.events import Notice, Status
from sessiond_protocol.messages import Failure, FinishReason, StopReason

log = logging.getLogger(__name__)


async def run_turn(conversation: Conversation, plan: TurnPlan) -> None:
    """Does what the turn is for, then ends it. Cancelling it aborts the turn.

    Records exactly one `turn.ended`, whatever happens. Raises StorageFailed when not even that
    could be recorded, and CancelledError after an abort.
    """
    stop_reason: StopReason = "error"
    failure: Failure | None = None
    work = Steps(conversation, plan) if plan.kind == "chat" else Summarizing(conversation, plan)
    try:
        conversation.say(Status(state="running"))
        stop_reason = await work.run()
    except asyncio.CancelledError:
        stop_reason = "aborted"
        raise
    except Exception as error:
        failure = failure_of(error)
        conversation.say(Notice(severity="error", text=failure.message))
    finally:
        step = work.step
        ended = TurnOutcome(stop_reason, failure, step.usage, step.cost) if step else TurnOutcome(stop_reason, failure)
        await uncancelled(conversation.end_turn(plan.turn_id, ended))


class Steps:
    """Steps until the model is done. Each has room in the model's context, or the turn ends with what can be done."""

    def __init__(self, conversation: Conversation, plan: TurnPlan) -> None:
        self.step: Step | None = None
        """The one that is being taken, or the last one."""
        self._conversation = conversation
        self._plan = plan
        self._room = Room(conversation, plan)

    async def run(self) -> StopReason:
        for _ in range(self._plan.max_steps):
            step = await self._take()
            if not step.called_tools:
                self._room.tell()
                return stop_reason_of(step.finish_reason)
        return "maxSteps"

    async def _take(self) -> Step:
        self.step = None
        context = await self._room.make()
        try:
            return await self._try(context)
        except ContextTooLong as refusal:
            self.step = None
            context = await self._room.make_after(refusal)
            return await self._try(context)

    async def _try(self, context: Context) -> Step:
        self.step = Step(self._conversation, self._plan, context)
        await self.step.run()
        return self.step


def stop_reason_of(finish_reason: FinishReason) -> StopReason:
    match finish_reason:
        case "length":
            return "maxTokens"
        case "contentFilter":
            return "refusal"
        case _:
            return "endTurn"


def failure_of(error: Exception) -> Failure:
    """What a client is told of the error that ended a turn."""
    match error:
        case ProviderError():
            return Failure(kind=error.kind, message=error.message, retryable=error.retryable)
        case StorageFailed():
            return Failure(kind="storageFailed", message=error.message)
        case ExceptionGroup():
            return failure_of(error.exceptions[0])
        case _:
            log.error("a turn broke", exc_info=error)
            return Failure(
                kind="internal",
                message=f"The engine broke while running this turn ({type(error).__name__}); see its log.",
            )
