"""The MCP servers of all projects: which there are, and that they start, are replaced and end. Made by `parts.py`.

The planner has those of a project started and asks for their tools; `requests.py` answers clients. Nothing here waits
for a server but what a client asks for by name, and the end.
"""

import asyncio
import importlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

from sessiond.config.errors import ConfigError
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.privacy.child_environment import secret_values
from sessiond.config.privacy.redaction import redacted
from sessiond.config.settings import McpServerSettings
from sessiond.mcp.base import Connect, Sampled, Sampling, ServerConfig
from sessiond.mcp.configured import Surrounding, secrets_of, to_config
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.project import Entry, ProjectServers
from sessiond.mcp.supervision.link import Means
from sessiond.mcp.supervision.supervised import Status, Supervised
from sessiond_protocol.errors import RpcError

log = logging.getLogger(__name__)

CONNECTOR = "sessiond.mcp.connection.connect"
"""Imports the SDK: most of a second and 60 MB, which only those pay who have a server."""
UNTRUSTED = "The project brings it along and waits for your trust: `sessiond trust`."
SWITCHED_OFF = "The configuration says `enabled = false`."
DISCONNECTED = "A client has stopped it; `mcp/connect` starts it."
REPLACED = "It is configured in another way now."
ANEW = "It is started anew."
ENDING = "The engine is ending."


class _Project:
    """What is known of a project beside its servers."""

    def __init__(self) -> None:
        self.servers = ProjectServers()
        self.brought: dict[str, Declared] = {}
        """What clients have brought; it stands in for what is configured under the same name."""
        self.switched: dict[str, bool] = {}
        """What clients have connected or disconnected: it counts more than `enabled`."""
        self.reading = asyncio.Lock()


class Pool:
    def __init__(
        self,
        declared: Callable[[str], Sequence[Declared]],
        *,
        environment: Mapping[str, str],
        children: Mapping[str, str],
        data: Path,
        sampler: Callable[[Sampling], Awaitable[Sampled]],
        connect: Connect | None = None,
    ) -> None:
        """`declared(root)`: what is configured for a project now; it blocks, and raises RpcError.

        `environment` is what configured variables stand for, `children` what child processes see of it.
        """
        self._declared = declared
        self._surrounding = Surrounding(environment, children)
        self._logs = data / "log" / "mcp"
        self._secrets = secret_values(environment)
        self._means = Means(self._connector, sampler)
        self._connect = connect
        self._importing = asyncio.Lock()
        self._projects: dict[str, _Project] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def children(self) -> Mapping[str, str]:
        """What the servers' processes see of the environment."""
        return self._surrounding.children

    def begin(self, root: str, *, again: bool = False) -> None:
        """Has the idle servers of a project started in the background. `again`: also those that could not be."""
        if not self._closed:
            self._in_background(self._begin(root, again))

    async def of(self, root: str) -> ProjectServers:
        """The servers of a project, by what is configured now. Configuration that is wrong changes nothing."""
        try:
            await self.look(root)
        except RpcError as error:
            log.warning("The MCP servers of %s are left as they are: %s", root, error.message)
        return self._project(root).servers

    async def look(self, root: str) -> ProjectServers:
        """The same. Raises RpcError for configuration that is wrong."""
        project = self._project(root)
        async with project.reading:
            if not self._closed:
                configured = await asyncio.to_thread(self._declared, root)
                self._reconcile(root, project, {each.name: each for each in configured} | project.brought)
        return project.servers

    async def connect(self, root: str, name: str, settings: McpServerSettings | None = None) -> Entry:
        """Starts a server anew and waits until that has come to something; `settings` are those a client brings.

        Raises KeyError for a name that there is not, and RpcError `shuttingDown`.
        """
        project = self._project(root)
        if settings is not None:
            project.brought[name] = Declared(name, settings, "client", True)
        entry = await self._switch(root, name, True, ANEW)
        if entry.server is not None:
            entry.server.begin()
            await entry.server.settled()
        return entry

    async def disconnect(self, root: str, name: str) -> Entry:
        """Stops a server until it is connected. Raises as `connect` does."""
        return await self._switch(root, name, False, DISCONNECTED)

    async def _switch(self, root: str, name: str, on: bool, reason: str) -> Entry:
        project = self._project(root)
        before = (await self.look(root)).entries[name]
        if self._closed:
            raise RpcError.of_kind("shuttingDown", "The engine is ending and starts and stops no MCP servers.")
        project.switched[name] = on
        ending = self._end(before, reason)
        entry = self._new_entry(root, project, before.declared, ending)
        project.servers.replace({**project.servers.entries, name: entry})
        if ending is not None:
            await asyncio.wait({ending})
        return entry

    async def close(self) -> None:
        """Ends all servers at the same time; none is started any more. Returns in bounded time."""
        self._closed = True
        for project in self._projects.values():
            for entry in project.servers.entries.values():
                self._end(entry, ENDING)
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _begin(self, root: str, again: bool) -> None:
        servers = await self.of(root)
        if not self._closed:
            servers.begin(again=again)

    def _project(self, root: str) -> _Project:
        return self._projects.setdefault(root, _Project())

    def _reconcile(self, root: str, project: _Project, declared: Mapping[str, Declared]) -> None:
        if self._closed:
            return
        before = project.servers.entries
        for name in before.keys() - declared.keys():
            self._end(before[name], REPLACED)
        project.servers.replace(
            {name: self._entry(root, project, each, before.get(name)) for name, each in declared.items()}
        )

    def _entry(self, root: str, project: _Project, declared: Declared, before: Entry | None) -> Entry:
        """By what is configured now; a server that is to be as it was goes on."""
        if before is None:
            return self._new_entry(root, project, declared, None)
        usable = self._usable(root, project, declared)
        if before.server is not None and before.server.config == usable:
            return Entry(declared, before.log, before.server)
        return self._new_entry(root, project, declared, self._end(before, REPLACED))

    def _new_entry(self, root: str, project: _Project, declared: Declared, after: asyncio.Task[None] | None) -> Entry:
        """`after`: the end of the server that was there before."""
        usable = self._usable(root, project, declared)
        secrets = self._secrets if isinstance(usable, Status) else self._secrets | secrets_of(usable)
        server_log = ServerLog(self._logs, declared.name, root, partial(redacted, values=secrets))
        if isinstance(usable, Status):
            return Entry(declared, server_log, None, usable)
        return Entry(declared, server_log, Supervised(usable, root, self._means, server_log, after))

    def _usable(self, root: str, project: _Project, declared: Declared) -> ServerConfig | Status:
        """How it is to be used, or why it is not."""
        if not declared.trusted:
            return Status(state="untrusted", reason=UNTRUSTED)
        if not project.switched.get(declared.name, declared.settings.enabled):
            by_client = declared.name in project.switched
            return Status(state="disabled", reason=DISCONNECTED if by_client else SWITCHED_OFF)
        try:
            return to_config(declared, root, self._surrounding)
        except ConfigError as error:
            return Status(state="failed", reason=error.message)

    def _end(self, entry: Entry, reason: str) -> asyncio.Task[None] | None:
        """Ends its server in the background, at once and in bounded time."""
        return None if entry.server is None else self._in_background(entry.server.stop(reason))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._is_over)
        return task

    def _is_over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (defect := task.exception()) is not None:
            log.error("Work on MCP servers failed", exc_info=defect)

    async def _connector(self) -> Connect:
        async with self._importing:
            if self._connect is None:
                module = await asyncio.to_thread(importlib.import_module, CONNECTOR)
                self._connect = cast(Connect, module.connect)
            return self._connect
