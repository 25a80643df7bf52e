"""What a turn is made with: chosen before it begins and not changed while it runs."""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import msgspec

from sessiond.config.prompts import Prompts
from sessiond.engine.families import Family
from sessiond.permission.judge import Judge
from sessiond.providers.base import Provider
from sessiond.tools.base import Tool
from sessiond.tools.changes.watching import Changes
from sessiond.tools.editor import Editor
from sessiond.tools.outputs import Outputs
from sessiond_protocol.models import Price


class ModelChoice(msgspec.Struct, frozen=True, kw_only=True):
    """A model that can be called, with what is known of it."""

    id: str
    """`provider/model`."""
    provider: Provider
    name: str
    context: int | None
    """Tokens that prompt and answer may take together; None: nobody knows."""
    max_output_tokens: int | None
    price: Price | None
    images: bool
    tools: bool
    reasoning: bool
    temperature: bool
    small: bool
    """A small local model: it gets a short prompt."""
    family: Family
    """What it was trained on: it decides on the prompt and the tools."""


class Unattended(msgspec.Struct, frozen=True):
    """What is decided after `after` seconds without a client."""

    decision: Literal["allow", "deny"] = "deny"
    after: float = 60.0


class Patience(msgspec.Struct, frozen=True):
    """How long a turn puts up with its provider; seconds."""

    idle: float
    max_attempts: int
    max_wait: float


class CompactionRules(msgspec.Struct, frozen=True):
    """When a conversation that outgrows its model is compacted."""

    auto: bool
    """False: never but by the user's own act."""
    threshold: float
    """How full the context may be: a share of what the model takes beside its answer."""


class RemoteTools(Protocol):
    """What MCP servers bring, as it is at the moment: servers come up, change and fail while a turn runs."""

    def tools(self) -> Sequence[Tool]:
        """In a stable order; the same object as long as nothing has changed for a tool."""
        ...

    def instructions(self) -> Sequence[str]:
        """What servers say of how they are to be used, each a block of the system prompt."""
        ...


class TurnPlan(msgspec.Struct, frozen=True, kw_only=True):
    turn_id: str
    kind: Literal["chat", "summarize"] = "chat"
    instructions: str | None = None
    """What the user wants the summary to heed; of a turn that only summarizes."""
    model: ModelChoice
    tools: Sequence[Tool]
    """The built-in ones."""
    remote: RemoteTools
    named: frozenset[str] | None
    """The only tools the client wants, remote ones too; None: all."""
    judge: Judge
    root: str
    editor: Editor
    """What the clients' editors have open."""
    outputs: Outputs
    changes: Changes
    """Watches what calls change in files."""
    environment: Mapping[str, str]
    """What child processes may see."""
    system: Sequence[str]
    """The system prompt but for the environment, the most stable block first."""
    prompts: Prompts
    max_steps: int
    patience: Patience
    compaction: CompactionRules
    unattended: Unattended

    def tools_now(self) -> tuple[Tool, ...]:
        """The tools of a step that begins now."""
        return (*self.tools, *(tool for tool in self.remote.tools() if self.named is None or tool.name in self.named))
