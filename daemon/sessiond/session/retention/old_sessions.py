"""Finds and deletes sessions that nobody has used for long; never one that is young, runs, or is being listened to.

Held by the keeper. A session goes with all below it, and is as young as the youngest of them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from sessiond.engine.identifiers import now
from sessiond.session.family.children import PAGE, children_of
from sessiond.session.library import Library
from sessiond.storage.base import Store
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session

MS_A_DAY = 86_400_000
YOUNGEST_DAYS = 1.0
"""Whatever is asked for, nothing that was changed later than so many days ago is deleted."""


class OldSessions:
    def __init__(self, store: Store, library: Library, delete: Callable[[str], Awaitable[None]]) -> None:
        """`delete`: of a session and all below it."""
        self._store = store
        self._library = library
        self._delete = delete

    async def find(self, days: float, *, archived: bool) -> list[Session]:
        """Those that were last changed longer ago; `archived`: only archived ones."""
        before = now() - round(max(days, YOUNGEST_DAYS) * MS_A_DAY)
        found: list[Session] = []
        for kept_apart in (True,) if archived else (False, True):
            async for session in self._all(archived=kept_apart):
                if session.updated_at < before and await self._is_idle(session, before):
                    found.append(session)
        return found

    async def remove(self, sessions: list[Session]) -> list[Session]:
        """Deletes those that are still there; gives them."""
        removed: list[Session] = []
        for session in sessions:
            try:
                await self._delete(session.id)
                removed.append(session)
            except RpcError as error:
                if (error.data or {}).get("kind") != "sessionNotFound":
                    raise
        return removed

    async def _is_idle(self, session: Session, before: int) -> bool:
        held = self._library.in_memory(session.id)
        if session.turn_id is not None or session.updated_at >= before or (held and held.subscribers):
            return False
        for child in await children_of(self._store, session.id):
            if not await self._is_idle(child, before):
                return False
        return True

    async def _all(self, *, archived: bool) -> AsyncIterator[Session]:
        cursor: str | None = None
        while True:
            page = await self._store.sessions(archived=archived, limit=PAGE, cursor=cursor)
            for session in page.sessions:
                yield session
            cursor = page.next_cursor
            if cursor is None:
                return
