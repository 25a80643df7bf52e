"""Watches one call: the contents of the files that it may change, before and after it.

Used by the engine around every call. An edit says which files it changes; for a command the project is looked at.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from sessiond.tools.base import Ask
from sessiond.tools.changes.contents import Contents
from sessiond.tools.changes.snapshots import Snapshot, Uncovered
from sessiond.tools.editor import Editor
from sessiond.uncancelled import uncancelled

LARGEST_FILE = 10 * 1024 * 1024


class Changed(msgspec.Struct, frozen=True):
    """A file that a call has changed: what it was and what it is, by the names of contents; None for no file."""

    path: str
    before: str | None
    after: str | None


class Watched(msgspec.Struct):
    """What a call has done to files."""

    changes: list[Changed]
    uncovered: str | None = None
    """Why not all that it may have changed is known."""

    def metadata(self) -> dict[str, Any]:
        """As the call's result says it."""
        told: dict[str, Any] = {}
        if self.changes:
            told["changes"] = msgspec.to_builtins(self.changes)
        if self.uncovered is not None:
            told["uncovered"] = self.uncovered
        return told


class Snapshots:
    """Those of all projects, in a directory. Only one call at a time looks at a project."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._projects: dict[str, tuple[Snapshot, asyncio.Lock]] = {}

    def of(self, root: str) -> tuple[Snapshot, asyncio.Lock]:
        if root not in self._projects:
            name = hashlib.sha256(root.encode(errors="surrogateescape")).hexdigest()[:32]
            self._projects[root] = (Snapshot(Path(root), self._directory / name), asyncio.Lock())
        return self._projects[root]


class Changes:
    """What calls change, by one client's settings. `contents` has what files were."""

    def __init__(self, contents: Contents, snapshots: Snapshots, *, commands: bool = True) -> None:
        """`commands`: whether what commands change is looked at."""
        self.contents = contents
        self._snapshots = snapshots
        self._commands = commands

    async def watch(self, asks: Sequence[Ask], root: str, editor: Editor) -> "Watch":
        """Begins to watch a call that needs this leave."""
        paths = list(dict.fromkeys(ask.path for ask in asks if ask.permission == "edit" and ask.path is not None))
        runs = any(ask.permission == "bash" for ask in asks)
        watch = Watch(self, paths, root if runs else None, editor)
        await watch.begin()
        return watch

    async def take(self, root: str) -> None:
        snapshot, lock = self._project(root)
        async with lock:
            await uncancelled(asyncio.to_thread(snapshot.take))

    async def differences(self, root: str) -> list[Changed]:
        snapshot, lock = self._project(root)
        async with lock:
            return await uncancelled(asyncio.to_thread(self._kept, snapshot))

    def keep(self, path: Path, before: bytes | None, after: bytes | None) -> Changed:
        """Raises OSError."""
        names = [None if content is None else self.contents.keep(content) for content in (before, after)]
        return Changed(str(path), *names)

    def _kept(self, snapshot: Snapshot) -> list[Changed]:
        return [self.keep(found.path, found.before, found.after) for found in snapshot.differences()]

    def _project(self, root: str) -> tuple[Snapshot, asyncio.Lock]:
        """Raises Uncovered."""
        if not self._commands:
            raise Uncovered("`snapshots.commands` of the settings is off")
        return self._snapshots.of(root)


class Watch:
    def __init__(self, changes: Changes, paths: Sequence[Path], root: str | None, editor: Editor) -> None:
        self._changes = changes
        self._paths = paths
        self._root = root
        self._editor = editor
        self._before: dict[Path, bytes | None] = {}
        self._uncovered: str | None = None

    async def begin(self) -> None:
        for path in self._paths:
            self._before[path] = await content_of(path, self._editor)
        if self._root is not None:
            try:
                await self._changes.take(self._root)
            except Uncovered as why:
                self._uncovered, self._root = str(why), None

    async def end(self) -> Watched:
        """What the call has changed; never raises for what cannot be known or kept, but says so."""
        found: list[Changed] = []
        try:
            for path, before in self._before.items():
                after = await content_of(path, self._editor)
                if after != before:
                    found.append(await asyncio.to_thread(self._changes.keep, path, before, after))
            if self._root is not None:
                found += await self._changes.differences(self._root)
        except (Uncovered, OSError) as why:
            self._uncovered = str(why)
        return Watched(found, self._uncovered)


async def content_of(path: Path, editor: Editor) -> bytes | None:
    """A file as its user sees it: an editor's text where it is open, else the disk's. None where there is none."""
    opened = await editor.open_file(path)
    if opened is not None:
        return opened.text.encode("utf-8", "surrogateescape")
    return await asyncio.to_thread(on_disk, path)


def on_disk(path: Path) -> bytes | None:
    """None also for what is no plain file, or too large."""
    try:
        if not path.is_file() or path.stat().st_size > LARGEST_FILE:
            return None
        return path.read_bytes()
    except OSError:
        return None
