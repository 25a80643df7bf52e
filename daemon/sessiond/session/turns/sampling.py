"""What a model answers for an MCP server that may have it do so. Called by the servers' pool; no part of a turn.

The small model answers where one is configured: a server asks for little things, and the user pays.
"""

from sessiond.engine.identifiers import new_id, now
from sessiond.engine.one_answer import one_answer
from sessiond.engine.plan import Patience
from sessiond.mcp.base import PromptMessage, ResourceText, Sampled, Sampling, ServerFailed, Text
from sessiond.providers.base import ProviderError
from sessiond.session.turns.planning import Models
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Message, TextPart

LEFT_OUT = "(something other than text was left out)"


async def sampled(models: Models, model: str | None, patience: Patience, sampling: Sampling) -> Sampled:
    """`model`: its name; None for the default. Raises ServerFailed."""
    try:
        choice = await models.choose(model)
        answer = await one_answer(
            choice,
            [sampling.system] if sampling.system else [],
            [_said(message) for message in sampling.messages],
            patience,
            max_tokens=sampling.max_tokens,
        )
    except (RpcError, ProviderError) as error:
        raise ServerFailed(f"The model could not be asked: {error.message}") from None
    return Sampled(answer.text, choice.id, "maxTokens" if answer.finish_reason == "length" else "endTurn")


def _said(message: PromptMessage) -> Message:
    content = message.content
    text = content.text if isinstance(content, Text | ResourceText) else LEFT_OUT
    return Message(
        id=new_id("msg"),
        session_id="",
        turn_id="",
        role=message.role,
        parts=[TextPart(id=new_id("prt"), text=text)],
        created_at=now(),
    )
