"""The composition root: the only place that names every concrete class.

`create_engine` is called by `sessiond serve` and by the commands that work in the terminal.
"""

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from sessiond.config.errors import ConfigError, Failed
from sessiond.config.initialized import initialized_at
from sessiond.config.paths import data_directory
from sessiond.config.privacy.child_environment import secret_values
from sessiond.config.project import existing_directory, project_root
from sessiond.config.prompts import Prompts
from sessiond.config.trust import change_trust, project_status
from sessiond.engine.context import tool_info
from sessiond.log import keep_log
from sessiond.mcp.requests import McpRequests
from sessiond.parts import Parts, assemble
from sessiond.providers.base import ProviderError
from sessiond.session.manager import SessionManager
from sessiond.session.retention.pruning import Pruning
from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.lifecycle import SandboxStatus
from sessiond_protocol.models import ModelListResult, ProviderListResult, SetKeyResult
from sessiond_protocol.projects import ProjectStatus, TrustParams
from sessiond_protocol.tools import ToolListResult

log = logging.getLogger(__name__)


def create_engine(environment: Mapping[str, str] = os.environ, directory: str | None = None) -> "Engine":
    """An engine with nothing opened yet. `directory`: where sessions are made unless told otherwise."""
    keep_log(data_directory(environment), secret_values(environment))
    return Engine(environment, directory or os.getcwd())


class Engine:
    """Fits `server.engine.Engine`. Settings, providers and storage come with the first call that needs them."""

    def __init__(self, environment: Mapping[str, str], directory: str) -> None:
        self._environment = dict(environment)
        self._directory = directory
        self._client_settings: dict[str, Any] | None = None
        self._parts: Parts | None = None
        self._store: SqliteStore | None = None
        self._sessions: SessionManager | None = None
        self._storage = "closed"
        self._opening = asyncio.Lock()

    async def configure(self, *, root: str | None, env: dict[str, str] | None, settings: dict[str, Any] | None) -> None:
        if root is not None and Path(root).is_dir():
            self._directory = root
        self._environment.update(env or {})
        self._client_settings = settings
        await self._assembled()

    async def sessions(self) -> SessionManager:
        async with self._opening:
            if self._sessions is None:
                self._sessions = await self._open_sessions()
            return self._sessions

    async def _open_sessions(self) -> SessionManager:
        parts = await self._assembled()
        directory = data_directory(self._environment)
        if self._store is None:
            try:
                self._store = await open_store(directory)
            except Exception as error:
                self._storage = str(error)
                raise
            self._storage = "open"
        manager = SessionManager(
            self._store,
            parts.planner,
            parts.workshop.rules.saved,
            parts.unanswered,
            lambda: self._directory,
            initializing=parts.initializing,
            title_model=parts.title_model,
        )
        await manager.recover()
        return manager

    async def warm(self) -> None:
        """Never raises: what is wrong with a provider is told when a turn needs it."""
        with suppress(RpcError, ProviderError), short_turns_of_threads():
            parts = await self._assembled()
            await parts.registry.warm(parts.settings.model)
            await parts.workshop.tools.bash.sandbox.look(parts.workshop.environment)
            await asyncio.to_thread(parts.workshop.outputs.expire, parts.settings.retention.blobs_days)
            await asyncio.to_thread(parts.workshop.changes.contents.expire, parts.settings.retention.blobs_days)
            if (days := parts.settings.retention.archived_days) is not None:
                old = (await self.sessions()).old
                await old.remove(await old.find(days, archived=True))
        # What stands now stands until the end: a collector that walks it again and again stops a stream for 60 ms.
        gc.freeze()

    async def pruning(self) -> Pruning:
        """What `sessiond sessions prune` does. Opens the storage."""
        old, parts = (await self.sessions()).old, await self._assembled()
        assert self._store is not None  # open by now
        retention = parts.settings.retention
        return Pruning(
            store=self._store,
            sessions=old,
            outputs=parts.workshop.outputs,
            directory=data_directory(self._environment),
            blobs_days=retention.blobs_days,
            archived_days=retention.archived_days,
        )

    async def models(self, directory: str | None) -> ModelListResult:
        return await (await self._assembled()).registry.models()

    async def check_model(self, name: str) -> None:
        """Raises RpcError for a model that cannot be had."""
        await (await self._assembled()).planner.check_model(name)

    async def providers(self, directory: str | None) -> ProviderListResult:
        return ProviderListResult(providers=await (await self._assembled()).registry.providers())

    async def set_key(self, provider: str, key: str) -> SetKeyResult:
        parts = await self._assembled()
        known = [info.id for info in await parts.registry.providers()]
        if provider not in known:
            raise _invalid("provider", f"There is no provider {provider!r}; there are: {', '.join(known)}.")
        try:
            return SetKeyResult(stored=await asyncio.to_thread(parts.store_key, provider, key))
        except ConfigError as error:
            raise _invalid("key", error.message) from None

    async def tools(self, directory: str | None) -> ToolListResult:
        parts = await self._assembled()
        prompts = Prompts(parts.workshop.own_texts / "prompts")
        remote = (await parts.servers.of(self._root(directory))).tools()
        return ToolListResult(tools=[tool_info(tool, prompts) for tool in (*parts.workshop.tools.all(), *remote)])

    async def mcp(self, directory: str | None) -> tuple[McpRequests, str]:
        return (await self._assembled()).mcp, self._root(directory)

    def _root(self, directory: str | None) -> str:
        return project_root(self._directory if directory is None else existing_directory(directory))

    def facts(self) -> dict[str, Any]:
        return {
            "sessions": self._sessions.open_sessions if self._sessions else 0,
            "turns": self._sessions.running_turns if self._sessions else 0,
            "data_directory": str(data_directory(self._environment)),
            "storage": self._storage,
        }

    async def sandbox(self) -> SandboxStatus:
        try:
            workshop = (await self._assembled()).workshop
        except RpcError as error:
            return SandboxStatus(state="none", reason=f"The settings are wrong: {error.message}")
        return await workshop.tools.bash.sandbox.look(workshop.environment)

    async def project(self, directory: str) -> ProjectStatus:
        root = Path(project_root(existing_directory(directory)))
        try:
            return await asyncio.to_thread(self._status, lambda: project_status(root, self._environment))
        except ConfigError as error:
            raise _invalid("directory", error.message) from None

    async def trust(self, params: TrustParams) -> ProjectStatus:
        root = Path(project_root(existing_directory(params.directory)))
        seen = None if params.content is msgspec.UNSET else params.content
        change = partial(change_trust, root, trusted=params.trusted, content=seen, environment=self._environment)
        try:
            return await asyncio.to_thread(self._status, change)
        except (ConfigError, Failed) as error:
            raise _invalid("content", error.message) from None

    def _status(self, ask: Callable[[], ProjectStatus]) -> ProjectStatus:
        """With the mark of `session/initProject`. Blocks."""
        status = ask()
        status.initialized_at = initialized_at(status.root, self._environment)
        return status

    async def close(self) -> None:
        if self._sessions is not None:
            abort = self._parts is None or self._parts.settings.on_disconnect == "abort"
            await self._sessions.close(abort=abort)
        if self._parts is not None:
            await self._parts.servers.close()
            await self._parts.registry.close()
        if self._store is not None:
            await self._store.close()

    async def _assembled(self) -> Parts:
        """Settings and what is built from them. Raises RpcError for a config file that is wrong, until it is mended."""
        if self._parts is None:
            root = Path(project_root(self._directory))
            self._parts = await assemble(root, self._client_settings, self._environment)
        return self._parts


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
