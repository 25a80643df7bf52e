"""What the model is sent: the system prompt, the conversation and the tools. Pure but for prompt files.

Called at the start of every step. The stable part of the prompt comes first, so that providers
can cache it; the date is last.
"""

import platform
import time
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

from sessiond.engine.plan import TurnPlan
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.tools.base import Tool
from sessiond_protocol.messages import Message


def model_request(messages: Sequence[Message], cwd: str, plan: TurnPlan) -> ModelRequest:
    """The request of the next step. The message that is being made is not among `messages`."""
    model = plan.model
    return ModelRequest(
        model=model.name,
        system=system_prompt(plan, cwd),
        messages=tuple(messages),
        tools=tuple(map(tool_spec, plan.tools)) if model.tools else (),
        max_output_tokens=model.max_output_tokens,
        temperature=0.0 if model.temperature else None,
        images=model.images,
        reasoning=model.reasoning,
        idle_timeout=plan.patience.idle,
    )


def system_prompt(plan: TurnPlan, cwd: str) -> tuple[str, ...]:
    """The provider's text, or what the client gave in its place, and the environment."""
    if plan.system is not None:
        text = tuple(plan.system)
    else:
        text = (prompt_text("system/small.md" if plan.model.small else "system/default.md"),)
    return (*text, environment(cwd, plan.root))


def environment(cwd: str, root: str) -> str:
    """Where the model is. Changes once a day, so that a prompt cache lives as long."""
    in_git = "yes" if (Path(root) / ".git").exists() else "no"
    return (
        f"Working directory: {cwd}\nProject root: {root}\nGit repository: {in_git}\n"
        f"Platform: {platform.system().lower()}\nToday: {time.strftime('%Y-%m-%d')}"
    )


@cache
def tool_spec(tool: Tool) -> ToolSpec:
    """A tool as the model sees it."""
    schema = tool.parameters.model_json_schema()
    schema.pop("title", None)
    return ToolSpec(name=tool.name, description=tool.description, parameters=schema)


@cache
def prompt_text(name: str) -> str:
    """A text of the prompts package."""
    return (files("sessiond_prompts") / name).read_text(encoding="utf-8").strip()
