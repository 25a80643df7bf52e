"""What a tool is: arguments with a schema, the leave it needs, a run that gives a result.

`engine/tool_calls.py` drives tools by this contract and gives them their surroundings as a `ToolScope`.
A tool knows no session, records nothing and decides no permission.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec
from pydantic import BaseModel

from sessiond.tools.files.files import Files
from sessiond.tools.outputs import Outputs
from sessiond_protocol.messages import Attachment, QuestionAnswer, StopReason, Todo, Usage
from sessiond_protocol.wire import Money


class ToolResult(msgspec.Struct, frozen=True):
    """`output` is for the model, `title` and `metadata` for the client."""

    output: str
    title: str | None = None
    metadata: dict[str, Any] | None = None
    attachments: tuple[Attachment, ...] = ()


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What a call needs leave for. The facts only: `permission/` decides what the rules say of them.

    Exactly one of `path`, `command` and `text` is given.
    """

    permission: str
    """`read`, `edit`, `bash`, `webfetch`, `task`, …: the name that rules use."""
    title: str
    """What the call is about, as a person reads it: `Edit src/app.py`."""
    path: Path | None = None
    """A file or directory, resolved: symlinks and `..` followed."""
    command: str | None = None
    """A shell command, judged by all that it would run; `cwd` is where."""
    cwd: str | None = None
    text: str | None = None
    """Anything else, such as a URL or the arguments of a remote tool."""
    offer: str | None = None
    """With `text`: the pattern that an always-answer saves, where it is not the text itself."""


class Delegated(msgspec.Struct, frozen=True):
    """What became of a task given to a child session."""

    session_id: str
    answer: str
    """The child's last words; empty when it said none."""
    stop_reason: StopReason
    failure: str | None
    """Why its turn did not end well, in words for the model."""
    usage: Usage
    """Of the child's turn and of all sessions below it; `cost` likewise."""
    cost: Money | None


class Inquiry(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of the user while a call runs."""

    source: str
    """Who asks, as a person reads it: `MCP server files`."""
    message: str
    schema: dict[str, Any] | None = None
    """The fields of the answer: a JSON Schema of a flat object. None: only whether the user agrees."""
    url: str | None = None
    """An address that the user is asked to open."""


class Surroundings(Protocol):
    """What of the conversation a tool may use; the engine gives it."""

    @property
    def todos(self) -> list[Todo]: ...

    async def set_todos(self, todos: list[Todo]) -> None:
        """Records the whole list and tells the clients."""
        ...

    async def delegate(self, title: str, prompt: str) -> Delegated:
        """Runs a prompt in a child session to its end. Raises ToolFailed when there can be none.

        Cancelling it aborts the child's turn and waits for its end.
        """
        ...

    async def ask(self, ask: Ask) -> None:
        """Asks for leave that only became necessary while the tool runs. Raises ToolFailed when refused."""
        ...

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        """Asks the user and waits for the answer, which is `cancel` where nobody can be asked."""
        ...

    def may_read(self, path: Path) -> bool:
        """Whether the rules allow reading a (resolved) file without a question: for results of searches."""
        ...


class ToolScope(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call runs, and all that it may use."""

    cwd: str
    root: str
    progress: Callable[[str | None, float | None, float | None], None]
    """Tells the clients how far it is: `progress(text, done, total)`. Costs little, may be called often."""
    files: Files
    """Files as this session sees them: unsaved text where an editor has it open, else the disk."""
    outputs: Outputs
    """Where output past the limit is kept whole."""
    environment: Mapping[str, str]
    """What child processes may see: no keys, no tokens, none of the engine's own variables."""
    surroundings: Surroundings


class Tool(Protocol):
    """One tool; a class in a file of its own. `description` comes from `prompts/`."""

    name: str
    description: str
    parameters: type[BaseModel]
    concurrent: bool
    """Whether calls of one step may run at the same time."""

    def asks(self, arguments: Any, cwd: str, root: str) -> list[Ask]:
        """The leave that a call with these validated arguments needs, before it runs. Raises ToolFailed."""
        ...

    async def run(self, arguments: Any, scope: ToolScope) -> ToolResult:
        """Runs one call. Raises ToolFailed; cancellation stops it at once and leaves nothing behind."""
        ...


@runtime_checkable
class Previewing(Protocol):
    """A tool that can show what it would change, so that a question about it can show that."""

    async def preview(self, arguments: Any, scope: ToolScope) -> str:
        """A unified diff of what the call would change now; changes nothing. Raises ToolFailed where it would fail."""
        ...
