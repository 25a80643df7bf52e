"""The `todoWrite` tool: replaces the session's list of what is to be done."""

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.conversation.todo_list import Entry, shown, title
from sessiond.tools.paths import printable
from sessiond.tools.prompts import tool_prompt
from sessiond_protocol.messages import Todo

MOST = 200
"""Entries of a list; nobody works off more, and each change records the whole list."""


class TodoWriteArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    todos: list[Entry] = Field(max_length=MOST, description="The whole list, in the order in which it is worked off.")


class TodoWrite:
    name = "todoWrite"
    description = tool_prompt("todoWrite")
    parameters: type[BaseModel] = TodoWriteArguments
    concurrent = False

    def asks(self, arguments: TodoWriteArguments, cwd: str, root: str) -> list[Ask]:
        return [Ask(permission="todoWrite", title="Write the list of what is to be done", text="todos")]

    async def run(self, arguments: TodoWriteArguments, scope: ToolScope) -> ToolResult:
        todos = [Todo(printable(entry.content), entry.status, entry.priority) for entry in arguments.todos]
        await scope.surroundings.set_todos(todos)
        return ToolResult(shown(todos), title(todos))
