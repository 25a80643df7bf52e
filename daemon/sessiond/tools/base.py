"""What a tool is: arguments with a schema, the permission it needs, a run that gives a result.

`engine/tool_calls.py` drives tools by this contract. A tool knows no session and records nothing.
"""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from pydantic import BaseModel


class ToolResult(msgspec.Struct, frozen=True):
    """`output` is for the model, `title` and `metadata` for the client."""

    output: str
    title: str | None = None
    metadata: dict[str, Any] | None = None


class ToolFailed(Exception):
    """The tool could not do it; the text tells the model what happened and what to try."""


class Ask(msgspec.Struct, frozen=True):
    """The permission a call needs: which one, for what, and what an always-rule would say."""

    permission: str
    patterns: tuple[str, ...]
    title: str
    always: tuple[str, ...] = ()


class ToolScope(msgspec.Struct, frozen=True):
    """Where a call runs and how it tells of its progress: `progress(text, done, total)`."""

    cwd: str
    root: str
    progress: Callable[[str | None, float | None, float | None], None]


class Tool(Protocol):
    """One tool; a class in a file of its own. `description` comes from `prompts/`."""

    name: str
    description: str
    parameters: type[BaseModel]
    concurrent: bool
    """Whether calls of one step may run at the same time."""

    def asks(self, arguments: Any, cwd: str, root: str) -> list[Ask]:
        """The permissions that a call with these validated arguments needs."""
        ...

    async def run(self, arguments: Any, scope: ToolScope) -> ToolResult:
        """Runs one call. Raises ToolFailed; cancellation stops it at once and leaves nothing behind."""
        ...
