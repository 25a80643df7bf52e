"""What client and engine tell each other at `initialize`, and how the engine is at any moment.

A client's part stands under `initializationOptions.sessiond` or `capabilities.experimental.sessiond`;
the engine's under `capabilities.experimental.sessiond` of the result.
"""

from typing import Any, Literal

import msgspec

from sessiond_protocol.wire import Value, Wire


class ClientIdentity(Value, frozen=True):
    name: str
    version: str | None = None


class EventChoice(Value, frozen=True):
    opt_out: list[str] = msgspec.field(default_factory=list[str])
    """Live event types the client does not want, such as `part.delta`."""


class EditorAbilities(Value, frozen=True):
    apply_edit: bool = False
    diagnostics: bool = False
    context: bool = False


class ClientOptions(Value, frozen=True):
    protocol_version: int = 1
    client: ClientIdentity | None = None
    env: dict[str, str] | None = None
    settings: dict[str, Any] | None = None
    events: EventChoice = EventChoice()
    editor: EditorAbilities = EditorAbilities()


class Limits(Value, frozen=True, omit_defaults=False):
    max_message_bytes: int


class EngineOptions(Value, frozen=True, omit_defaults=False):
    protocol_version: int
    methods: list[str]
    events: list[str]
    errors: list[str]
    limits: Limits


class SandboxStatus(Value, frozen=True, omit_defaults=False):
    """Whether shell commands run in a sandbox, and why not when they do not."""

    state: Literal["bubblewrap", "none"]
    reason: str | None = None


class ClientStatus(Value, frozen=True, omit_defaults=False):
    """One client of the engine."""

    name: str
    connected_at: int
    process_id: int | None = None
    """Of the editor or command; `null` where it has not said."""
    directory: str | None = None
    subscribed: int = 0
    """Sessions whose events it gets."""


class StopParams(Value, frozen=True):
    when: Literal["idle", "now"] = "idle"
    """`idle`: once no turn runs. `now`: turns are aborted, or finished, as `on_disconnect` says."""


class StopResult(Value, frozen=True, omit_defaults=False):
    """What still has to end before the engine does."""

    turns: int


class StatusResult(Wire, omit_defaults=False):
    version: str
    protocol_version: int
    pid: int
    uptime_ms: int
    clients: int
    connected: list[ClientStatus]
    """Each of them, the one that asks as well."""
    shared: bool
    """Whether it is the one engine of all clients, and not that of a single one (`sessiond serve --standalone`)."""
    leaving: bool
    """Whether it ends once no turn runs: it was asked to, or a newer one waits."""
    sessions: int
    """Sessions held in memory; the store may have many more."""
    turns: int
    """Turns that run now."""
    memory_bytes: int
    data_directory: str
    storage: str
    """`open`, `closed`, or what is wrong with it."""
    sandbox: SandboxStatus
