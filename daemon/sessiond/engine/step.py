"""One step: one model call, and the tool calls it asks for.

`turn.py` runs steps until one calls no tools. A step makes one assistant message.
"""

import msgspec

from sessiond.engine.answer import Answer
from sessiond.engine.context import Context
from sessiond.engine.conversation import Conversation
from sessiond.engine.cost import cost_of, nothing_of
from sessiond.engine.model_call import ContextTooLong, empty_answer, stream_answer
from sessiond.engine.plan import TurnPlan
from sessiond.engine.tool_calls import ToolRunner
from sessiond.engine.window.limits import limits_of
from sessiond_protocol.events import MessageAdded, MessageEnded
from sessiond_protocol.messages import Failure, FinishReason, Usage
from sessiond_protocol.wire import Money


class Step:
    def __init__(self, conversation: Conversation, plan: TurnPlan, context: Context) -> None:
        """`context`: what is sent; nothing has been recorded since it was made."""
        self.finish_reason: FinishReason = "unknown"
        self.called_tools = False
        self._conversation = conversation
        self._plan = plan
        self._context = context
        self._message = empty_answer(conversation, plan)
        self._answer = Answer(conversation, self._message.id)

    @property
    def usage(self) -> Usage:
        """What the step has used so far."""
        return self._answer.usage

    @property
    def cost(self) -> Money | None:
        return cost_of(self._answer.usage, self._plan.model.price)

    async def run(self) -> None:
        """Raises ProviderError when the call fails, StorageFailed when a fact cannot be recorded.

        After ContextTooLong the step is over and its message closed; after any other error the turn closes it.
        """
        await self._conversation.record(MessageAdded(message=self._message))
        await self._ask()
        await self._run_tools()
        await self._end()

    async def _ask(self) -> None:
        context = self._context
        limits = limits_of(self._plan.model, self._plan.compaction)
        request = msgspec.structs.replace(context.request, max_output_tokens=limits.output_beside(context.used))
        try:
            await stream_answer(self._answer, request, self._conversation, self._plan)
        except ContextTooLong as refusal:
            await self._end_refused(Failure(kind=refusal.kind, message=refusal.message))
            raise

    async def _run_tools(self) -> None:
        if not self._answer.calls:
            return
        self.called_tools = True
        runner = ToolRunner(self._conversation, self._plan, self._message.id, self._context.tools)
        await runner.run_all(self._answer.calls)

    async def _end(self) -> None:
        self.finish_reason = self._answer.finish_reason or "unknown"
        await self._conversation.record(
            MessageEnded(
                message_id=self._message.id,
                usage=self.usage,
                cost=self.cost,
                finish_reason=self.finish_reason,
            )
        )

    async def _end_refused(self, failure: Failure) -> None:
        """Nobody bills for a request that was not taken."""
        await self._conversation.record(
            MessageEnded(
                message_id=self._message.id,
                usage=Usage(),
                cost=nothing_of(self._plan.model.price),
                finish_reason="error",
                error=failure,
            )
        )
