"""What the model is sent: the system prompt, the conversation and the tools. Called at the start of every step."""

from collections.abc import Sequence
from functools import lru_cache

from sessiond.config.prompts import Prompts
from sessiond.engine.plan import TurnPlan
from sessiond.engine.prompt.system_prompt import environment
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.tools.base import Tool
from sessiond_protocol.messages import Message
from sessiond_protocol.tools import ToolInfo


def model_request(messages: Sequence[Message], cwd: str, plan: TurnPlan, tools: Sequence[Tool]) -> ModelRequest:
    """The request of the next step. The message that is being made is not among `messages`."""
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
