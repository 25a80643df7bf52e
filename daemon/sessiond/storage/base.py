"""What the store keeps and promises; `sqlite.py` is the one that does.

Called by the session room only. Everything here is ordered by `seq`, never by ids or clocks.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Literal, Protocol

import msgspec

from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.events import DurableEvent
from sessiond_protocol.messages import Session


class StorageFailed(RpcError):
    """The store cannot do it; nothing was changed. The text names the place and the remedy.

    `owner` describes the engine that holds the data directory, when that is the reason. A caller
    that is refused because of it gets it as the error of its request.
    """

    def __init__(self, message: str, owner: dict[str, Any] | None = None) -> None:
        data: dict[str, Any] = {"kind": "storageFailed"}
        if owner is not None:
            data["owner"] = owner
        super().__init__(ErrorCode.STORAGE_FAILED, message, data)
        self.owner = owner


class SessionPage(msgspec.Struct):
    sessions: list[Session]
    next_cursor: str | None


class Row(msgspec.Struct, frozen=True):
    """What has become of a session's row."""

    session_id: str
    directory: str | None
    """None where the row was too damaged to tell."""
    json: bytes | None
    """The `Session`, as it is stored and sent; None when it has been deleted."""


class SavedPermission(msgspec.Struct, frozen=True):
    """A rule that an answer saved: bound to a directory; the last match wins."""

    id: str
    directory: str
    permission: str
    pattern: str
    verdict: Literal["allow", "deny"]


class Draft(Protocol):
    """Text of an open part on its way to the disk: at most 250 ms behind, then gone."""

    def append(self, text: str) -> None:
        """Adds text; returns at once, never raises. A disk that refuses costs the draft only."""
        ...

    def discard(self) -> None:
        """Removes the draft once its part has been recorded whole. Idempotent."""
        ...


class Store(Protocol):
    on_row: Callable[[Row], None]
    """Told of every row that has changed, on the event loop, in the order of the commits, and after whoever wrote."""

    def append(
        self, session: Session, events: Sequence[DurableEvent], *, sync: bool = False
    ) -> "asyncio.Future[list[bytes]]":
        """Commits events (numbered already) and the session's row in one transaction.

        It is on its way when this returns; cancelling the future does not call it back. `sync`: on the
        disk before it is done. Gives each event's JSON, the bytes that are stored and sent. Fails
        with StorageFailed, and then nothing of it was kept.
        """
        ...

    async def bring(self, logs: Sequence[tuple[Session, Sequence[DurableEvent]]]) -> None:
        """Takes in whole sessions that nobody has here, all of them or none. Raises StorageFailed."""
        ...

    async def events(self, session_id: str, after: int = 0) -> list[DurableEvent]:
        """The events with `seq > after`. A damaged row is an `EventLost` at its seq."""
        ...

    async def encoded_events(self, session_id: str, after: int, max_bytes: int) -> list[bytes] | None:
        """The JSON of the events with `seq > after`, or None when they are more than `max_bytes`."""
        ...

    async def session(self, session_id: str) -> Session | None:
        """The session's row, or None."""
        ...

    async def sessions(
        self,
        *,
        directory: str | None = None,
        search: str | None = None,
        parent_id: str | None = None,
        archived: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> SessionPage:
        """Sessions, the most recently updated first; only roots unless `parent_id` is given."""
        ...

    async def running(self) -> list[Session]:
        """Sessions whose row says that a turn runs: what a crash has left."""
        ...

    async def delete(self, session_id: str) -> None:
        """Removes a session's row, log, drafts and search entries."""
        ...

    async def shrink(self) -> None:
        """Gives the room of what was deleted back to the disk. Raises StorageFailed, and then nothing is lost."""
        ...

    async def remember_key(self, key: str, value: str) -> str:
        """Keeps `value` for an idempotency key unless one is kept; gives the kept one."""
        ...

    def draft(self, session_id: str, part_id: str) -> Draft:
        """Opens a draft; nothing is on the disk before text is."""
        ...

    async def drafts(self, session_id: str) -> dict[str, str]:
        """The drafts that a crash has left, by part id."""
        ...

    async def saved_permissions(self, directory: str | None) -> list[SavedPermission]:
        """A directory's rules, or all; the one saved last at the end."""
        ...

    async def save_permission(self, rule: SavedPermission) -> None: ...

    async def remove_permission(self, rule_id: str) -> SavedPermission | None:
        """Gives the rule that was removed; None when there is none with this id."""
        ...

    async def close(self) -> None:
        """Writes what is queued, syncs, gives the directory free."""
        ...
