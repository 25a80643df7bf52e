"""Who watches the list of sessions, and which part of it. Held by the keeper; told by the store of every changed row.

A session that changes fast is told of about ten times a second; its last state always is.
"""

import asyncio
from pathlib import Path
from typing import Protocol

from sessiond.storage.base import Row

WINDOW_SECONDS = 0.1
"""In which a session is told of once; what becomes of it meanwhile is told at the end."""


class Watcher(Protocol):
    """One client's list: the server's `WatchedRows`."""

    def row(self, session_id: str, json: bytes | None) -> bool:
        """Takes the newest state of a row, None where it is deleted; never waits.

        False when too much waits already: the watch has ended, and the client is to watch anew.
        """
        ...


class Watchers:
    """Belongs to the event loop. Its timer runs only while somebody watches and something changes."""

    def __init__(self) -> None:
        self._directories: dict[Watcher, set[str | None]] = {}
        """What each watches; None stands for all."""
        self._told: set[str] = set()
        """The sessions that were told of in this window."""
        self._later: dict[str, Row] = {}
        """Those that have changed again since."""
        self._window: asyncio.TimerHandle | None = None

    def watch(self, watcher: Watcher, directory: str | None) -> None:
        """Tells the watcher of every change from now on; directories add up, None is all of them."""
        self._directories.setdefault(watcher, set()).add(_as_listed(directory))

    def unwatch(self, watcher: Watcher, directory: str | None) -> None:
        """Ends the watch of a directory; without one, all that the watcher has."""
        watched = self._directories.get(watcher, set())
        watched.discard(_as_listed(directory))
        if directory is None or not watched:
            self.leave(watcher)

    def leave(self, watcher: Watcher) -> None:
        self._directories.pop(watcher, None)
        if not self._directories:
            self._end_window()

    def changed(self, row: Row) -> None:
        """Tells of it at once; of what has been told of in this window, at its end. A deletion does not wait."""
        if not self._directories:
            return
        if row.json is not None and row.session_id in self._told:
            self._later[row.session_id] = row
            return
        self._later.pop(row.session_id, None)
        self._told.add(row.session_id)
        if self._window is None:
            self._window = asyncio.get_running_loop().call_later(WINDOW_SECONDS, self._next_window)
        self._tell(row)

    def _next_window(self) -> None:
        later = list(self._later.values())
        self._end_window()
        for row in later:
            self.changed(row)

    def _end_window(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._window = None
        self._told.clear()
        self._later.clear()

    def _tell(self, row: Row) -> None:
        for watcher in [watcher for watcher in self._directories if self._watches(watcher, row)]:
            if not watcher.row(row.session_id, row.json):
                self.leave(watcher)

    def _watches(self, watcher: Watcher, row: Row) -> bool:
        directories = self._directories[watcher]
        return None in directories or row.directory is None or row.directory in directories


def _as_listed(directory: str | None) -> str | None:
    """As `session/list` compares it."""
    return None if directory is None else str(Path(directory))
