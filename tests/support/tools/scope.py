"""Where a tool runs in a test: a directory, nothing of a conversation, and the rules that the test gives."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sessiond.tools.base import Ask, Delegated, Inquiry, Tool, ToolResult, ToolScope
from sessiond.tools.editor import Editor
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from sessiond.tools.outputs import Outputs
from sessiond_protocol.messages import QuestionAnswer, Todo


class NoConversation:
    """Fits `tools.base.Surroundings`: keeps todos, allows what is asked, has no children."""

    def __init__(self, may_read: Callable[[Path], bool] = lambda path: True) -> None:
        self.todos: list[Todo] = []
        self.asked: list[Ask] = []
        self._may_read = may_read

    async def set_todos(self, todos: list[Todo]) -> None:
        self.todos = todos

    async def delegate(self, title: str, prompt: str) -> Delegated:
        raise ToolFailed("There are no child sessions here.")

    async def ask(self, ask: Ask) -> None:
        self.asked.append(ask)

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        return QuestionAnswer(action="cancel")

    def may_read(self, path: Path) -> bool:
        return self._may_read(path)


def tool_scope(
    directory: Path,
    *,
    root: Path | None = None,
    editor: Editor | None = None,
    files: Files | None = None,
    may_read: Callable[[Path], bool] = lambda path: True,
    environment: dict[str, str] | None = None,
) -> ToolScope:
    """Kept outputs go beside the directory's files, into `.outputs`."""
    return ToolScope(
        cwd=str(directory),
        root=str(root or directory),
        progress=lambda text, done=None, total=None: None,
        files=files or Files(editor),
        outputs=Outputs(directory / ".outputs"),
        environment=dict(os.environ) if environment is None else environment,
        surroundings=NoConversation(may_read),
    )


async def run_tool(tool: Tool, scope: ToolScope, **arguments: Any) -> ToolResult:
    """One call as the engine makes it: arguments validated, leave taken for granted."""
    valid = tool.parameters.model_validate(arguments)
    tool.asks(valid, scope.cwd, scope.root)
    return await tool.run(valid, scope)
