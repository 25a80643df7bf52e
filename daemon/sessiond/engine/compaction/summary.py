"""One summary: a model call without tools that fills an assistant message, streamed and counted like any other.

A summary counts only once it has ended well and says something; `window/window.py` knows when. Whatever else becomes
of it changes nothing, and its message is closed here, since the turn may go on.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sessiond.engine.answer import Answer
from sessiond.engine.compaction.outline import Outline
from sessiond.engine.conversation import Conversation
from sessiond.engine.cost import cost_of, nothing_of
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.model_call import ContextTooLong, empty_answer, stream_answer
from sessiond.engine.plan import TurnPlan
from sessiond.engine.window.estimate import tokens
from sessiond.engine.window.limits import Limits
from sessiond.engine.window.window import FINISHED, summary_text
from sessiond.providers.base import ModelRequest, ProviderError
from sessiond.storage.base import StorageFailed
from sessiond.uncancelled import uncancelled
from sessiond_protocol.events import MessageAdded, MessageEnded, Status
from sessiond_protocol.messages import Failure, FinishReason, Message, SummaryOf, TextPart, Usage

TRIES = 3
"""How often the request for a summary may be refused as too long, each time with half of the text."""
LEAST_TOKENS = 1_024
TOO_LONG = "{model} wrote a summary of about {tokens:,} tokens, which leaves too little room for what follows."
NO_TOOLS = "A summary was asked for, and no tools; this call was not run."


class DoesNotHelp(ProviderError):
    """A summary is so long that it would fill the context by itself; it does not count."""


async def summarize(
    conversation: Conversation,
    plan: TurnPlan,
    outlined: Callable[[int], Outline | None],
    limits: Limits,
    room: int,
) -> bool:
    """Writes one summary, of as much as the model reads at once; False where there is nothing to be summarised.

    `outlined` gives what is to be summarised within so many tokens; `room`: tokens for the whole conversation, of
    which a summary may have a quarter. Raises ProviderError when there is no summary that counts (DoesNotHelp among
    them), and StorageFailed.
    """
    take = limits.readable
    for tries_left in reversed(range(TRIES)):
        outline = outlined(take)
        if outline is None:
            return False
        conversation.say(Status(state="compacting"))
        try:
            await Summary(conversation, plan, outline, room).write()
            return True
        except ContextTooLong:
            if not tries_left:
                raise
            take //= 2
    return False


def _longest(plan: TurnPlan, room: int) -> int | None:
    """Tokens of the answer. A model that reasons needs them for its thoughts as well."""
    most = plan.model.max_output_tokens
    return most if plan.model.reasoning or most is None else min(most, max(room // 4, LEAST_TOKENS))


class Summary:
    def __init__(self, conversation: Conversation, plan: TurnPlan, outline: Outline, room: int) -> None:
        self._conversation = conversation
        self._plan = plan
        self._room = room
        self._message = empty_answer(conversation, plan, SummaryOf(keep_from=outline.keep_from))
        self._answer = Answer(conversation, self._message.id)
        self._request = ModelRequest(
            model=plan.model.name,
            system=(),
            messages=(self._task(outline),),
            max_output_tokens=_longest(plan, room),
            temperature=0.0 if plan.model.temperature else None,
            reasoning=plan.model.reasoning,
            idle_timeout=plan.patience.idle,
        )

    async def write(self) -> None:
        """Raises ContextTooLong or another ProviderError when there is no summary that counts, and StorageFailed."""
        await self._conversation.record(MessageAdded(message=self._message))
        try:
            await stream_answer(self._answer, self._request, self._conversation, self._plan)
            await self._answer.refuse_calls(NO_TOOLS)
            self._check()
        except ProviderError as error:
            await self._end("error", Failure(kind=error.kind, message=error.message, retryable=error.retryable))
            raise
        except asyncio.CancelledError:
            with suppress(StorageFailed):  # then the end of the turn closes it
                await uncancelled(self._end("aborted"))
            raise
        await self._end(self._answer.finish_reason or "unknown")

    def _check(self) -> None:
        reason = self._answer.finish_reason
        if reason not in FINISHED:
            raise ProviderError("invalidRequest", f"{self._plan.model.id} refused to write a summary.")
        message = next(message for message in reversed(self._conversation.messages) if message.id == self._message.id)
        text = summary_text(message)
        if not text:
            raise ProviderError("providerUnavailable", f"{self._plan.model.id} wrote an empty summary.", retryable=True)
        if tokens(text) > max(self._room // 2, LEAST_TOKENS):
            raise DoesNotHelp("contextOverflow", TOO_LONG.format(model=self._plan.model.id, tokens=tokens(text)))

    async def _end(self, reason: FinishReason, failure: Failure | None = None) -> None:
        await self._answer.close()
        usage, price = self._answer.usage, self._plan.model.price
        refused = usage == Usage() and not self._answer.has_begun
        await self._conversation.record(
            MessageEnded(
                message_id=self._message.id,
                usage=usage,
                cost=nothing_of(price) if refused else cost_of(usage, price),
                finish_reason=reason,
                error=failure,
            )
        )

    def _task(self, outline: Outline) -> Message:
        """What is to be done stands last, where small models heed it best."""
        pieces = [f"<conversation>\n{outline.text}\n</conversation>"]
        if outline.previous:
            pieces.insert(0, f"<summary>\n{outline.previous}\n</summary>")
        if self._plan.instructions:
            pieces.append(f"<wishes>\n{self._plan.instructions}\n</wishes>")
        pieces.append(self._plan.prompts.text("compaction.md"))
        return Message(
            id=new_id("msg"),
            session_id=self._conversation.id,
            turn_id=self._plan.turn_id,
            role="user",
            parts=[TextPart(id=new_id("prt"), text="\n\n".join(pieces))],
            created_at=now(),
        )
