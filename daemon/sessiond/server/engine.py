"""What the native face needs of the engine behind it; `app.py` gives the real one.

Handlers call nothing else. Errors that a caller made come as RpcError.
"""

from typing import Any, Protocol

from sessiond.config.brought import Brought
from sessiond.mcp.requests import McpRequests
from sessiond.session.keeper import Keeper
from sessiond.session.manager import SessionManager
from sessiond.session.retention.pruning import Pruning
from sessiond_protocol.models import ModelListResult, ProviderListResult, SetKeyResult
from sessiond_protocol.projects import ProjectStatus, TrustParams
from sessiond_protocol.serving.lifecycle import SandboxStatus
from sessiond_protocol.tools import ToolListResult


class Guest(Protocol):
    """The engine as one client has it: by the client's own environment, directory and settings."""

    async def configured(self) -> None:
        """Reads the settings of the client's directory.

        Raises RpcError for settings that do not validate, as every request then does that needs them.
        """
        ...

    async def warm(self) -> None:
        """Imports and primes what the configured model needs, off the event loop. Never raises."""
        ...

    async def sessions(self) -> SessionManager:
        """The keeper of sessions; opens the storage at the first call.

        Raises RpcError `storageFailed` as long as the storage cannot be opened, and tries again
        at the next call.
        """
        ...

    async def pruning(self) -> Pruning:
        """What makes the data directory small. Raises RpcError as `sessions` does, or for settings that are wrong."""
        ...

    async def models(self, directory: str | None) -> ModelListResult: ...

    async def providers(self, directory: str | None) -> ProviderListResult: ...

    async def set_key(self, provider: str, key: str) -> SetKeyResult: ...

    async def tools(self, directory: str | None) -> ToolListResult: ...

    async def mcp(self, directory: str | None) -> tuple[McpRequests, str]:
        """Who answers `mcp/…` and `command/list`, and the root of the directory's project. Raises RpcError."""
        ...

    async def project(self, directory: str) -> ProjectStatus:
        """What of a project's own config waits for trust. Raises RpcError for a directory that is none."""
        ...

    async def trust(self, params: TrustParams) -> ProjectStatus:
        """Raises RpcError when the config is not what the user has seen any more; nothing is trusted then."""
        ...

    async def sandbox(self) -> SandboxStatus:
        """Whether shell commands run in a sandbox; looks for one at the first call. Never raises."""
        ...

    def leave(self) -> None:
        """The client has gone; what only it has used ends after a while. Idempotent."""
        ...


class Engine(Protocol):
    def guest(self, brought: Brought) -> Guest:
        """Takes a client in. Nothing is read or opened yet."""
        ...

    @property
    def keeper(self) -> Keeper | None:
        """All sessions and turns; None while the storage has not been opened."""
        ...

    def facts(self) -> dict[str, Any]:
        """`sessions`, `turns`, `data_directory` and `storage` of `server/status`."""
        ...

    async def quiet(self) -> None:
        """Returns once no turn runs and none is about to begin, without any wait where that is so."""
        ...

    async def finish(self) -> None:
        """Begins no turn any more; ends those that run, or waits for them, as `on_disconnect` says."""
        ...

    async def close(self) -> None:
        """Ends or finishes turns as configured, closes the storage. Called once, by the owner."""
        ...
