"""The tools there are, in one stable order: providers cache a prompt only as long as its tools stay the same."""

from collections.abc import Sequence

from sessiond.tools.base import Tool
from sessiond.tools.conversation.task import Task
from sessiond.tools.conversation.todo_read import TodoRead
from sessiond.tools.conversation.todo_write import TodoWrite
from sessiond.tools.editing.edit import Edit
from sessiond.tools.editing.patch import Patch
from sessiond.tools.editing.write import Write
from sessiond.tools.paths import quoted
from sessiond.tools.reading.diagnostics import Diagnostics
from sessiond.tools.reading.glob import Glob
from sessiond.tools.reading.grep import Grep
from sessiond.tools.reading.list_directory import ListDirectory
from sessiond.tools.reading.read import Read
from sessiond.tools.shell.bash import Bash
from sessiond.tools.shell.sandbox.sandbox import Sandbox
from sessiond.tools.web.webfetch import WebFetch
from sessiond_protocol.errors import ErrorCode, RpcError

SMALL = frozenset({"read", "list", "grep", "edit", "write", "bash"})
"""What a small local model gets: with more to choose from it chooses badly, and its context is short."""
LEFT_OUT = {"openai": frozenset({"edit", "write"}), "anthropic": frozenset({"patch"}), "default": frozenset({"patch"})}
"""By family: GPT models were trained to change files by patches, all others by replacing text."""


class ToolRegistry:
    def __init__(self, sandbox: Sandbox | None = None) -> None:
        """`sandbox`: where `bash` runs commands; without one it looks for bubblewrap itself."""
        self.bash = Bash(sandbox)
        self._tools: tuple[Tool, ...] = (
            Read(),
            ListDirectory(),
            Glob(),
            Grep(),
            Edit(),
            Write(),
            Patch(),
            self.bash,
            WebFetch(),
            Diagnostics(),
            TodoWrite(),
            TodoRead(),
            Task(),
        )

    def all(self) -> tuple[Tool, ...]:
        return self._tools

    def suited(self, family: str, *, small: bool) -> tuple[Tool, ...]:
        """The tools that a model of this family works with best."""
        left_out = LEFT_OUT.get(family, frozenset())
        return tuple(tool for tool in self._tools if tool.name not in left_out and (not small or tool.name in SMALL))

    def named(self, names: Sequence[str]) -> tuple[Tool, ...]:
        """The tools with the given names. Raises RpcError for a name that no tool has."""
        known = [tool.name for tool in self._tools]
        for name in names:
            if name not in known:
                raise RpcError(
                    ErrorCode.INVALID_PARAMS,
                    f"There is no tool {quoted(name)}; there are: {', '.join(known)}.",
                    {"kind": "invalidRequest", "field": "tools"},
                )
        return tuple(tool for tool in self._tools if tool.name in names)
