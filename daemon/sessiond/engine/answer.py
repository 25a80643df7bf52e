"""Turns the events of one model call into recorded parts of one assistant message.

Used by `step.py`. A part starts with its first text and ends whole; a call that the response did
not finish never becomes a `ToolCall` and is closed with the turn.
"""

from sessiond.engine.conversation import Conversation
from sessiond.engine.identifiers import new_id
from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond_protocol.events import PartEnded, PartStarted, ToolChanged
from sessiond_protocol.messages import FinishReason, Part, ReasoningPart, TextPart, ToolPart, ToolState, Usage


class Answer:
    """What a model call has said so far."""

    def __init__(self, conversation: Conversation, message_id: str) -> None:
        self.usage = Usage()
        self.finish_reason: FinishReason | None = None
        self.calls: list[tuple[ToolPart, ToolCall]] = []
        self.has_begun = False
        """Whether the model has said anything."""
        self._conversation = conversation
        self._message_id = message_id
        self._open: TextPart | ReasoningPart | None = None
        self._call_parts: dict[str, ToolPart] = {}

    def grow(self, event: ModelEvent) -> bool:
        """Takes a delta of the part that is open; False when `take` must see the event.

        This is the hot path: no await, no allocation but the delta's own.
        """
        match event:
            case TextDelta(text=text) if isinstance(self._open, TextPart):
                self._conversation.grow(self._open.id, text)
            case ReasoningDelta(text=text) if isinstance(self._open, ReasoningPart):
                self._conversation.grow(self._open.id, text)
            case ToolCallDelta(key=key, text=text) if key in self._call_parts:
                self._conversation.grow(self._call_parts[key].id, text)
            case _:
                return False
        return True

    async def take(self, event: ModelEvent) -> None:
        """Takes any event that begins, ends or completes something."""
        match event:
            case TextDelta(text=text):
                await self._begin(TextPart(id=new_id("prt"), text=""), text)
            case ReasoningDelta(text=text):
                await self._begin(ReasoningPart(id=new_id("prt"), text=""), text)
            case ReasoningSigned(signature=signature):
                await self._sign(signature)
            case ToolCallStarted():
                await self._begin_call(event)
            case ToolCall():
                await self._complete_call(event)
            case UsageReported(usage=usage):
                self.usage = usage
            case Finished(reason=reason):
                await self.close()
                self.finish_reason = reason
            case ToolCallDelta():
                pass  # of a call that never began: its whole call follows

    async def close(self) -> None:
        """Ends what is open, as it is."""
        await self._end_open()
        await self._give_up_unfinished_calls()

    async def _begin(self, part: TextPart | ReasoningPart, text: str) -> None:
        if not text:
            return
        await self._end_open()
        await self._start(part)
        self._open = part
        self._conversation.grow(part.id, text)

    async def _start(self, part: Part) -> None:
        self.has_begun = True
        await self._conversation.record(PartStarted(message_id=self._message_id, part=part))

    async def _sign(self, signature: str) -> None:
        """Ends the open reasoning; a signature alone is a reasoning part without text."""
        part = self._open
        if not isinstance(part, ReasoningPart):
            await self._end_open()
            part = ReasoningPart(id=new_id("prt"), text="")
            await self._start(part)
            text = ""
        else:
            text = self._conversation.text_of(part.id)
        self._open = None
        signed = ReasoningPart(id=part.id, text=text, signature=signature)
        await self._conversation.record(PartEnded(message_id=self._message_id, part=signed))

    async def _end_open(self) -> None:
        if self._open is None:
            return
        part, self._open = self._open, None
        whole = type(part)(id=part.id, text=self._conversation.text_of(part.id))
        await self._conversation.record(PartEnded(message_id=self._message_id, part=whole))

    async def _begin_call(self, event: ToolCallStarted) -> None:
        await self._end_open()
        part = ToolPart(id=new_id("prt"), call_id=event.key, name=event.name, state=ToolState(status="pending"))
        await self._start(part)
        self._call_parts[event.key] = part

    async def _complete_call(self, event: ToolCall) -> None:
        if event.key not in self._call_parts:
            await self._begin_call(ToolCallStarted(key=event.key, name=event.name))
        begun = self._call_parts.pop(event.key)
        state = ToolState(status="pending", input=event.arguments if event.arguments is not None else {})
        part = ToolPart(id=begun.id, call_id=event.call_id, name=event.name, state=state)
        await self._conversation.record(ToolChanged(message_id=self._message_id, part_id=part.id, state=state))
        self.calls.append((part, event))

    async def _give_up_unfinished_calls(self) -> None:
        """Ends the parts of calls that the model began to write and never finished."""
        while self._call_parts:
            _, begun = self._call_parts.popitem()
            await self._fail(begun, "The model did not finish this call; it was not run.")

    async def refuse_calls(self, why: str) -> None:
        """Ends the calls of a model that was asked for words only."""
        while self.calls:
            part, _ = self.calls.pop()
            await self._fail(part, why)

    async def _fail(self, begun: ToolPart, why: str) -> None:
        state = ToolState(status="failed", input=begun.state.input, error=why)
        part = ToolPart(id=begun.id, call_id=begun.call_id, name=begun.name, state=state)
        await self._conversation.record(
            ToolChanged(message_id=self._message_id, part_id=part.id, state=state),
            PartEnded(message_id=self._message_id, part=part),
        )
