"""One answer of a model outside any turn: no tools, no record. For what an MCP server may have a model say.

Called through `parts.py`. It streams to nobody; the caller decides what the answer is worth.
"""

from collections.abc import Sequence
from contextlib import aclosing

import msgspec

from sessiond.engine.cost import cost_of
from sessiond.engine.plan import ModelChoice, Patience
from sessiond.providers.base import Finished, ModelRequest, ProviderError, TextDelta, UsageReported
from sessiond.providers.retry import stream_with_retries
from sessiond_protocol.messages import FinishReason, Message, Usage
from sessiond_protocol.wire import Money


class OneAnswer(msgspec.Struct, frozen=True):
    text: str
    finish_reason: FinishReason
    usage: Usage
    cost: Money | None


async def one_answer(
    model: ModelChoice, system: Sequence[str], messages: Sequence[Message], patience: Patience, *, max_tokens: int
) -> OneAnswer:
    """Raises ProviderError. `max_tokens`: of the answer; never more than the model has."""
    request = ModelRequest(
        model=model.name,
        system=tuple(system),
        messages=tuple(messages),
        max_output_tokens=min(max_tokens, model.max_output_tokens or max_tokens),
        temperature=0.0 if model.temperature else None,
        idle_timeout=patience.idle,
    )
    texts: list[str] = []
    usage, reason = Usage(), "unknown"
    events = stream_with_retries(
        model.provider,
        request,
        max_attempts=patience.max_attempts,
        max_wait=patience.max_wait,
        on_wait=_nobody_sees,
    )
    async with aclosing(events):
        async for event in events:
            match event:
                case TextDelta(text=text):
                    texts.append(text)
                case UsageReported(usage=usage):
                    pass
                case Finished(reason=reason):
                    pass
                case _:
                    pass
    return OneAnswer("".join(texts), reason, usage, cost_of(usage, model.price))


def _nobody_sees(attempt: int, seconds: float, error: ProviderError) -> None:
    """Who waits for such an answer has a time limit of its own."""
