"""One turn: from a recorded prompt to the final answer, as a loop of steps.

The session's manager starts it as a task of its own once `turn.started` and the prompt stand in
the log. It holds no telemetry, titles or storage: those listen to events.
"""

import asyncio
import logging

from sessiond.engine.conversation import Conversation, TurnOutcome
from sessiond.engine.plan import TurnPlan
from sessiond.engine.step import Step
from sessiond.providers.base import ProviderError
from sessiond.storage.base import StorageFailed
from sessiond.uncancelled import uncancelled
from sessiond_protocol.events import Notice, Status
from sessiond_protocol.messages import Failure, FinishReason, StopReason

log = logging.getLogger(__name__)


async def run_turn(conversation: Conversation, plan: TurnPlan) -> None:
    """Steps until the model is done, then ends the turn. Cancelling it aborts the turn.

    Records exactly one `turn.ended`, whatever happens. Raises StorageFailed when not even that
    could be recorded, and CancelledError after an abort.
    """
    stop_reason: StopReason = "error"
    failure: Failure | None = None
    step: Step | None = None
    try:
        conversation.say(Status(state="running"))
        for _ in range(plan.max_steps):
            await conversation.take_steering(plan.turn_id)
            step = Step(conversation, plan)
            await step.run()
            if not step.called_tools and not conversation.is_steered:
                break
        stop_reason = "maxSteps" if step is None or step.called_tools else stop_reason_of(step.finish_reason)
    except asyncio.CancelledError:
        stop_reason = "aborted"
        raise
    except Exception as error:
        failure = failure_of(error)
        conversation.say(Notice(severity="error", text=failure.message))
    finally:
        ended = TurnOutcome(stop_reason, failure, step.usage, step.cost) if step else TurnOutcome(stop_reason, failure)
        await uncancelled(conversation.end_turn(plan.turn_id, ended))


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
