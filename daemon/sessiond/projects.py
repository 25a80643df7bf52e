"""The projects that clients work in, each as its client's environment and settings see it.

Built once and shared by all clients that bring the same, renewed when a settings file changes, ended a while after the
last of them has left. Held by `app.py`; imports what settings and providers need, so never before the first answer.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias

from sessiond.config.brought import Brought
from sessiond.config.project import project_root
from sessiond.mcp.base import Sampled, Sampling
from sessiond.parts import Parts, Shared, build, read_settings
from sessiond.providers.registry import ProviderRegistry
from sessiond.session.turns.project_rules import ProjectRules, Stamp

log = logging.getLogger(__name__)

KEPT_SECONDS = 300.0
"""How long a project is kept for a client that comes back: a reloaded window finds its MCP servers running."""

Key: TypeAlias = tuple[str, object]


class Projects:
    def __init__(self, shared: Shared, busy: Callable[[], Collection[str]], kept_seconds: float = KEPT_SECONDS) -> None:
        """`busy`: the roots of projects in which turns run."""
        self._shared = shared
        self._busy = busy
        self._kept_seconds = kept_seconds
        self._projects: dict[Key, Project] = {}
        self._guests: Counter[object] = Counter()
        self._ending: set[asyncio.Task[None]] = set()
        self._timers: set[asyncio.TimerHandle] = set()

    async def of(self, directory: str, brought: Brought) -> Parts:
        """Raises RpcError for settings that are wrong, until they are mended."""
        root = project_root(directory)
        key = (root, brought.key)
        if key not in self._projects:
            self._projects[key] = Project(root, brought, self._shared, self._end_when_idle)
            if brought.key not in self._guests:  # a prompt that has waited for longer than its client was there
                self._later(lambda: self._let_go(brought))
        return await self._projects[key].parts()

    def arrive(self, brought: Brought) -> None:
        self._guests[brought.key] += 1

    def leave(self, brought: Brought) -> None:
        """What nobody else has brought is ended after a while."""
        self._guests[brought.key] -= 1
        if self._guests[brought.key] <= 0:
            del self._guests[brought.key]
            self._later(lambda: self._let_go(brought))

    async def close(self) -> None:
        """Ends all of them at the same time."""
        for timer in self._timers:
            timer.cancel()
        for project in self._projects.values():
            self._start(project.close())
        self._projects.clear()
        while self._ending:
            await asyncio.wait(self._ending)

    def _let_go(self, brought: Brought) -> None:
        if brought.key in self._guests:
            return
        busy = self._busy()
        unneeded = [key for key in self._projects if key[1] == brought.key and key[0] not in busy]
        for key in unneeded:
            self._start(self._projects.pop(key).close())
        if any(key[1] == brought.key for key in self._projects):
            self._later(lambda: self._let_go(brought))

    def _end_when_idle(self, root: str, close: Callable[[], Awaitable[None]]) -> None:
        """A turn that runs may still use what has been renewed since."""

        def end() -> None:
            if root in self._busy():
                self._later(end)
            else:
                self._start(close())

        end()

    def _later(self, act: Callable[[], None]) -> None:
        def due() -> None:
            self._timers.discard(timer)
            act()

        timer = asyncio.get_running_loop().call_later(self._kept_seconds, due)
        self._timers.add(timer)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._ending.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._ending.discard(task)
        if not task.cancelled() and (defect := task.exception()) is not None:
            log.error("a project did not end well: %s: %s", type(defect).__name__, defect)


class Project:
    """One root for clients that bring the same."""

    def __init__(
        self,
        root: str,
        brought: Brought,
        shared: Shared,
        end_when_idle: Callable[[str, Callable[[], Awaitable[None]]], None],
    ) -> None:
        self._root = root
        self._brought = brought
        self._shared = shared
        self._end_when_idle = end_when_idle
        self._rules = ProjectRules(brought.settings, brought.environment, shared.saved)
        self._parts: Parts | None = None
        self._stamp: Stamp | None = None
        self._building = asyncio.Lock()

    async def parts(self) -> Parts:
        """By the settings files as they are now. Raises RpcError."""
        stamp = self._rules.stamp(self._root)
        if self._parts is not None and stamp == self._stamp:
            return self._parts
        async with self._building:
            if self._parts is None or stamp != self._stamp:
                self._parts = await self._built(self._parts)
                self._stamp = stamp
            return self._parts

    async def close(self) -> None:
        """What is just being built ends as well."""
        async with self._building:
            if self._parts is not None:
                await self._parts.servers.close()
                await self._parts.registry.close()

    async def _built(self, before: Parts | None) -> Parts:
        settings = await read_settings(self._root, self._brought)
        servers = None if before is None else before.servers
        parts = build(settings, self._brought, self._rules, self._shared, servers=servers, sampler=self._sample)
        if before is not None:
            self._retire(before.registry)
            if parts.servers is not before.servers:
                self._end_when_idle(self._root, before.servers.close)
        return parts

    def _retire(self, registry: ProviderRegistry) -> None:
        self._end_when_idle(self._root, registry.close)

    async def _sample(self, sampling: Sampling) -> Sampled:
        return await (await self.parts()).sample(sampling)
