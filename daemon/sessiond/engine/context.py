"""What the model is sent: the system prompt, what it sees of the conversation, and the tools.

Made anew at the start of every step; the same log gives the same, so that providers' caches hold.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from sessiond.config.prompts import Prompts
from sessiond.engine.conversation import Conversation
from sessiond.engine.plan import TurnPlan
from sessiond.engine.prompt.system_prompt import environment
from sessiond.engine.window.estimate import estimate
from sessiond.engine.window.window import Window, summary_text, window_of
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.tools.base import Tool
from sessiond_protocol.messages import Message, TextPart
from sessiond_protocol.tools import ToolInfo


class Context(msgspec.Struct, frozen=True):
    """What is about to be sent."""

    window: Window
    tools: tuple[Tool, ...]
    """Those that the model is told of."""
    request: ModelRequest
    used: int
    """Tokens of the request, estimated."""


def context_of(conversation: Conversation, plan: TurnPlan) -> Context:
    """That of the next step. The message that it makes is not recorded yet."""
    tools = plan.tools_now()
    window = window_of(conversation.messages, conversation.trimmed, plan.turn_id)
    request = model_request(sent_messages(window, plan.prompts), conversation.directory, plan, tools)
    return Context(window, tools, request, estimate(request, window, plan.model.id))


def sent_messages(window: Window, prompts: Prompts) -> tuple[Message, ...]:
    """The summary and what the user says next to it are one message: some models insist on taking turns."""
    messages = window.messages
    if window.summary is None:
        return tuple(messages)
    told = f"{prompts.text('summary.md')}\n\n{summary_text(window.summary)}"
    parts = [TextPart(id=window.summary.id, text=told)]
    spoken = [part for prompt in window.prompts for part in prompt.parts]
    while messages and messages[0].role == "user":
        spoken += messages.pop(0).parts
    lead = msgspec.structs.replace(window.summary, role="user", parts=[*parts, *spoken], summary=None)
    return (lead, *messages)


def model_request(messages: Sequence[Message], cwd: str, plan: TurnPlan, tools: Sequence[Tool]) -> ModelRequest:
    model = plan.model
    return ModelRequest(
        model=model.name,
        system=(*plan.system, *plan.remote.instructions(), environment(cwd, plan.root)),
        messages=tuple(messages),
        tools=tuple(tool_spec(tool, plan.prompts) for tool in tools) if model.tools else (),
        max_output_tokens=model.max_output_tokens,
        temperature=0.0 if model.temperature else None,
        images=model.images,
        reasoning=model.reasoning,
        idle_timeout=plan.patience.idle,
    )


def tool_spec(tool: Tool, prompts: Prompts) -> ToolSpec:
    """A tool as the model sees it, described in the user's own words where there are some."""
    described = prompts.own(f"tools/{tool.name}.md") or tool.description
    return ToolSpec(name=tool.name, description=described, parameters=_schema(tool))


def tool_info(tool: Tool, prompts: Prompts) -> ToolInfo:
    """The same for clients, with where it comes from."""
    spec = tool_spec(tool, prompts)
    return ToolInfo(
        name=spec.name,
        description=spec.description,
        parameters=spec.parameters,
        server=getattr(tool, "server_name", None),
        title=getattr(tool, "title", None),
        annotations=getattr(tool, "annotations", None),
    )


@lru_cache(maxsize=1024)  # remote tools come and go
def _schema(tool: Tool) -> dict[str, object]:
    schema = tool.parameters.model_json_schema()
    schema.pop("title", None)
    for described in schema.get("properties", {}).values():
        described.pop("title", None)
    return schema
