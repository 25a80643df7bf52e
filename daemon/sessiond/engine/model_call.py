"""One model call and the message it fills, tried again while nothing has come. For steps and for summaries."""

from contextlib import aclosing

from sessiond.engine.answer import Answer
from sessiond.engine.conversation import Conversation
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.plan import TurnPlan
from sessiond.providers.base import ModelRequest, ProviderError
from sessiond.providers.retry import stream_with_retries
from sessiond_protocol.events import Status
from sessiond_protocol.messages import Message, Place, SummaryOf


class ContextTooLong(ProviderError):
    """The provider has refused a request as too long, before anything was said."""

    def __init__(self, error: ProviderError) -> None:
        super().__init__(error.kind, error.message, status=error.status, detail=error.detail)


def empty_answer(conversation: Conversation, plan: TurnPlan, summary: SummaryOf | None = None) -> Message:
    """The message that a model call of the turn is to fill."""
    return Message(
        id=new_id("msg"),
        session_id=conversation.id,
        turn_id=plan.turn_id,
        role="assistant",
        parts=[],
        created_at=now(),
        model=plan.model.id,
        path=Place(cwd=conversation.directory, root=plan.root),
        summary=summary,
    )


async def stream_answer(answer: Answer, request: ModelRequest, conversation: Conversation, plan: TurnPlan) -> None:
    """Raises ContextTooLong, any other ProviderError, or StorageFailed when a fact cannot be recorded."""

    def tell_of_wait(attempt: int, seconds: float, error: ProviderError) -> None:
        conversation.say(
            Status(state="retrying", attempt=attempt, next_try_at=now() + round(seconds * 1000), reason=error.message)
        )

    events = stream_with_retries(
        plan.model.provider,
        request,
        max_attempts=plan.patience.max_attempts,
        max_wait=plan.patience.max_wait,
        on_wait=tell_of_wait,
    )
    try:
        async with aclosing(events):
            async for event in events:
                if not answer.grow(event):
                    await answer.take(event)
    except ProviderError as error:
        if error.kind == "contextOverflow" and not answer.has_begun:
            raise ContextTooLong(error) from error
        raise
