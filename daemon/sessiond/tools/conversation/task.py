"""The `task` tool: has a child session do something and gives its answer. The session room runs the child."""

from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, Delegated, ToolResult, ToolScope
from sessiond.tools.paths import printable
from sessiond.tools.prompts import tool_prompt

LONGEST_TITLE = 100


class TaskArguments(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    description: str = Field(min_length=1, description="What it is about, in three to eight words, for the user.")
    prompt: str = Field(min_length=1, description="The whole task: the session knows nothing else.")


class Task:
    name = "task"
    description = tool_prompt("task")
    parameters: type[BaseModel] = TaskArguments
    concurrent = True

    def asks(self, arguments: TaskArguments, cwd: str, root: str) -> list[Ask]:
        title = title_of(arguments.description)
        return [Ask(permission="task", title=f"Task: {title}", text=title)]

    async def run(self, arguments: TaskArguments, scope: ToolScope) -> ToolResult:
        title = title_of(arguments.description)
        done = await scope.surroundings.delegate(title, printable(arguments.prompt))
        return ToolResult(told(done), title, metadata_of(done))


def title_of(description: str) -> str:
    """One line, not too long."""
    words = " ".join(printable(description).split())
    return words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 1]}…"


def told(done: Delegated) -> str:
    """What the model that gave the task reads."""
    if done.failure is None:
        return done.answer or "The task has ended without an answer. What it did stands in the files, if anything."
    said = f"\n\nThe last that it said:\n{done.answer}" if done.answer else ""
    return f"The task did not come to its end: {done.failure}{said}"


def metadata_of(done: Delegated) -> dict[str, Any]:
    """Where the client finds the child, and what it cost with all that is below it."""
    return {
        "sessionId": done.session_id,
        "usage": msgspec.to_builtins(done.usage),
        "cost": None if done.cost is None else float(done.cost),
        "stopReason": done.stop_reason,
    }
