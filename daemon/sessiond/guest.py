"""The engine as one client has it: by the client's own directory, environment and settings.

Made by `app.Engine.guest`. Fits `server.engine.Guest`, and `session.turns.workplace.Workplaces`.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import msgspec

from sessiond.config.brought import Brought
from sessiond.config.errors import ConfigError, Failed
from sessiond.config.initialized import initialized_at
from sessiond.config.paths import data_directory
from sessiond.config.project import existing_directory, project_root
from sessiond.config.prompts import Prompts
from sessiond.config.trust.trusted import change_trust, project_status
from sessiond.engine.context import tool_info
from sessiond.mcp.requests import McpRequests
from sessiond.parts import Parts
from sessiond.projects import Projects
from sessiond.providers.base import ProviderError
from sessiond.session.keeper import Keeper
from sessiond.session.manager import SessionManager
from sessiond.session.retention.pruning import Pruning
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.models import ModelListResult, ProviderListResult, SetKeyResult
from sessiond_protocol.projects import ProjectStatus, TrustParams
from sessiond_protocol.serving.lifecycle import SandboxStatus
from sessiond_protocol.tools import ToolListResult


class Guest:
    def __init__(
        self,
        brought: Brought,
        projects: Projects,
        keeper: Callable[[], Awaitable[Keeper]],
        when_warm: Callable[[], None],
    ) -> None:
        """`keeper` opens the storage; it raises RpcError `storageFailed`. `when_warm`: the first imports are done."""
        self.brought = brought
        self._projects = projects
        self._keeper = keeper
        self._when_warm = when_warm
        self._sessions: SessionManager | None = None
        self._there = True
        projects.arrive(brought)

    def leave(self) -> None:
        if self._there:
            self._there = False
            self._projects.leave(self.brought)

    async def configured(self) -> None:
        await self.parts()

    async def parts(self, directory: str | None = None) -> Parts:
        """Of the project that a directory belongs to, or of the client's own. Raises RpcError."""
        return await self._projects.of(directory or self.brought.directory, self.brought)

    async def of(self, directory: str) -> Parts:
        return await self.parts(directory)

    async def sessions(self) -> SessionManager:
        keeper = await self._keeper()
        if self._sessions is None:
            self._sessions = SessionManager(keeper, self, self.brought.directory)
        return self._sessions

    async def warm(self) -> None:
        with suppress(RpcError, ProviderError), short_turns_of_threads():
            parts = await self.parts()
            await parts.registry.warm(parts.settings.model)
            await parts.workshop.tools.bash.sandbox.look(parts.workshop.environment)
        self._when_warm()

    async def pruning(self) -> Pruning:
        keeper, parts = await self._keeper(), await self.parts()
        retention = parts.settings.retention
        return Pruning(
            store=keeper.store,
            sessions=keeper.old,
            outputs=parts.workshop.outputs,
            directory=data_directory(self.brought.environment),
            blobs_days=retention.blobs_days,
            archived_days=retention.archived_days,
        )

    async def models(self, directory: str | None) -> ModelListResult:
        return await (await self._at(directory)).registry.models()

    async def providers(self, directory: str | None) -> ProviderListResult:
        return ProviderListResult(providers=await (await self._at(directory)).registry.providers())

    async def set_key(self, provider: str, key: str) -> SetKeyResult:
        parts = await self.parts()
        known = [info.id for info in await parts.registry.providers()]
        if provider not in known:
            raise _invalid("provider", f"There is no provider {provider!r}; there are: {', '.join(known)}.")
        try:
            return SetKeyResult(stored=await asyncio.to_thread(parts.store_key, provider, key))
        except ConfigError as error:
            raise _invalid("key", error.message) from None

    async def tools(self, directory: str | None) -> ToolListResult:
        parts = await self._at(directory)
        prompts = Prompts(parts.own_texts / "prompts")
        remote = (await parts.servers.of(self._root(directory))).tools()
        return ToolListResult(tools=[tool_info(tool, prompts) for tool in (*parts.workshop.tools.all(), *remote)])

    async def mcp(self, directory: str | None) -> tuple[McpRequests, str]:
        return (await self._at(directory)).mcp, self._root(directory)

    async def sandbox(self) -> SandboxStatus:
        try:
            workshop = (await self.parts()).workshop
        except RpcError as error:
            return SandboxStatus(state="none", reason=f"The settings are wrong: {error.message}")
        return await workshop.tools.bash.sandbox.look(workshop.environment)

    async def project(self, directory: str) -> ProjectStatus:
        root = Path(project_root(existing_directory(directory)))
        try:
            return await asyncio.to_thread(self._status, lambda: project_status(root, self.brought.environment))
        except ConfigError as error:
            raise _invalid("directory", error.message) from None

    async def trust(self, params: TrustParams) -> ProjectStatus:
        root = Path(project_root(existing_directory(params.directory)))
        seen = None if params.content is msgspec.UNSET else params.content
        environment = self.brought.environment
        change = partial(change_trust, root, trusted=params.trusted, content=seen, environment=environment)
        try:
            return await asyncio.to_thread(self._status, change)
        except (ConfigError, Failed) as error:
            raise _invalid("content", error.message) from None

    def _status(self, ask: Callable[[], ProjectStatus]) -> ProjectStatus:
        """With the mark of `session/initProject`. Blocks."""
        status = ask()
        status.initialized_at = initialized_at(status.root, self.brought.environment)
        return status

    async def _at(self, directory: str | None) -> Parts:
        return await self.parts(None if directory is None else existing_directory(directory))

    def _root(self, directory: str | None) -> str:
        return project_root(self.brought.directory if directory is None else existing_directory(directory))


@contextmanager
def short_turns_of_threads() -> Generator[None]:
    """While a thread imports, every step of another waits for it: a tenth of the usual 5 ms at most."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _invalid(field: str, message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": field})
