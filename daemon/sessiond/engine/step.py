"""One step: one model call, and the tool calls it asks for.

`turn.py` runs steps until one calls no tools. A step makes one assistant message.
"""

from collections.abc import Sequence
from contextlib import aclosing

from sessiond.engine.answer import Answer
from sessiond.engine.context import model_request
from sessiond.engine.conversation import Conversation
from sessiond.engine.cost import cost_of
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.plan import TurnPlan
from sessiond.engine.tool_calls import ToolRunner
from sessiond.providers.base import ModelRequest, ProviderError
from sessiond.providers.retry import stream_with_retries
from sessiond.tools.base import Tool
from sessiond_protocol.events import MessageAdded, MessageEnded, Status
from sessiond_protocol.messages import FinishReason, Message, Place, Usage
from sessiond_protocol.wire import Money


class Step:
    def __init__(self, conversation: Conversation, plan: TurnPlan) -> None:
        self.finish_reason: FinishReason = "unknown"
        self.called_tools = False
        self._conversation = conversation
        self._plan = plan
        self._message = Message(
            id=new_id("msg"),
            session_id=conversation.id,
            turn_id=plan.turn_id,
            role="assistant",
            parts=[],
            created_at=now(),
            model=plan.model.id,
            path=Place(cwd=conversation.directory, root=plan.root),
        )
        self._answer = Answer(conversation, self._message.id)

    @property
    def usage(self) -> Usage:
        """What the step has used so far."""
        return self._answer.usage

    @property
    def cost(self) -> Money | None:
        return cost_of(self._answer.usage, self._plan.model.price)

    async def run(self) -> None:
        """Raises ProviderError when the call fails, StorageFailed when a fact cannot be recorded."""
        tools = self._plan.tools_now()
        request = model_request(self._conversation.messages, self._conversation.directory, self._plan, tools)
        await self._conversation.record(MessageAdded(message=self._message))
        await self._stream(request)
        await self._run_tools(tools)
        await self._end()

    async def _stream(self, request: ModelRequest) -> None:
        events = stream_with_retries(
            self._plan.model.provider,
            request,
            max_attempts=self._plan.patience.max_attempts,
            max_wait=self._plan.patience.max_wait,
            on_wait=self._tell_of_wait,
        )
        async with aclosing(events):
            async for event in events:
                if not self._answer.grow(event):
                    await self._answer.take(event)

    async def _run_tools(self, tools: Sequence[Tool]) -> None:
        if not self._answer.calls:
            return
        self.called_tools = True
        runner = ToolRunner(self._conversation, self._plan, self._message.id, tools)
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

    def _tell_of_wait(self, attempt: int, seconds: float, error: ProviderError) -> None:
        self._conversation.say(
            Status(state="retrying", attempt=attempt, next_try_at=now() + round(seconds * 1000), reason=error.message)
        )
