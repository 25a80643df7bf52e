"""What is said of tools and todos. Results of `tool/list` and `session/todos`; `methods.py` has the table."""

from typing import Any

from sessiond_protocol.messages import Todo
from sessiond_protocol.wire import Value, Wire


class ToolInfo(Value, frozen=True):
    """A tool as models see it; `parameters` is a JSON Schema."""

    name: str
    description: str
    parameters: dict[str, Any]


class ToolListResult(Wire):
    tools: list[ToolInfo]


class TodosResult(Wire):
    todos: list[Todo]
