"""The `todoRead` tool: the session's list of what is to be done."""

from pydantic import BaseModel, ConfigDict

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.conversation.todo_list import shown, title
from sessiond.tools.prompts import tool_prompt


class TodoReadArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")


class TodoRead:
    name = "todoRead"
    description = tool_prompt("todoRead")
    parameters: type[BaseModel] = TodoReadArguments
    concurrent = True

    def asks(self, arguments: TodoReadArguments, cwd: str, root: str) -> list[Ask]:
        return [Ask(permission="todoRead", title="Read the list of what is to be done", text="todos")]

    async def run(self, arguments: TodoReadArguments, scope: ToolScope) -> ToolResult:
        todos = scope.surroundings.todos
        return ToolResult(shown(todos), title(todos))
