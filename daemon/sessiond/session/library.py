"""The sessions that are in memory: opened from the store when asked for, let go when nobody needs them.

Held by the keeper.
"""

import asyncio
from collections.abc import Callable, Sequence
from weakref import WeakValueDictionary

from sessiond.session.asking.unanswered import Unanswered
from sessiond.session.asking.waiting import RequestT
from sessiond.session.ending.recovery import load
from sessiond.session.lineage import Lineage
from sessiond.session.session import Delegate, Session, session_not_found
from sessiond.session.subscribers import Subscriber
from sessiond.session.transcript import Transcript
from sessiond.storage.base import Store
from sessiond_protocol import messages as wire

KEPT_IDLE = 8
"""Sessions that stay in memory though nobody listens: pages of a long one are asked for in a row."""


class Library:
    def __init__(
        self, store: Store, unanswered: Unanswered, is_running: Callable[[str], bool], delegate: Delegate
    ) -> None:
        self._store = store
        self._unanswered = unanswered
        self._delegate = delegate
        self._is_running = is_running
        self._alive: WeakValueDictionary[str, Session] = WeakValueDictionary()
        """Whatever anyone still holds: a session must never be in memory twice."""
        self._kept: dict[str, Session] = {}
        """Strong references, the session used last at the end."""
        self._loading = asyncio.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def in_memory(self, session_id: str) -> Session | None:
        return self._alive.get(session_id)

    async def add(self, row: wire.Session) -> Session:
        """Takes in a session that is being made."""
        return self.keep(self._session(Transcript(row), await self._ancestors(row)))

    async def open(self, session_id: str) -> Session:
        """The session, from its log if it is not in memory. Raises RpcError `sessionNotFound`."""
        if session := self._alive.get(session_id):
            return self.keep(session)
        async with self._loading:
            return self.keep(self._alive.get(session_id) or await self._load(session_id))

    def keep(self, session: Session) -> Session:
        """Holds on to a session that is used now."""
        self._alive[session.id] = session
        self._kept.pop(session.id, None)
        self._kept[session.id] = session
        self.let_go()
        return session

    async def row(self, session_id: str) -> wire.Session:
        """The session's settings and totals. Raises RpcError `sessionNotFound`."""
        if (session := self._alive.get(session_id)) and not session.deleted:
            return session.transcript.session
        row = await self._store.session(session_id)
        if row is None:
            raise session_not_found(session_id)
        return row

    def below(self, session_id: str) -> list[Session]:
        """The descendants of a session that are in memory; those in which a turn runs are."""
        return [session for session in list(self._alive.values()) if session_id in session.lineage.ids[:-1]]

    def of_family(self, session_id: str | None, requests: Sequence[RequestT]) -> list[RequestT]:
        """Those that a session and the ones below it have asked; None: all."""
        if session_id is None:
            return list(requests)
        family = {session_id, *(session.id for session in self.below(session_id))}
        return [request for request in requests if request.session_id in family]

    def forget(self, session_id: str) -> None:
        """The session is deleted."""
        self._kept.pop(session_id, None)
        self._alive.pop(session_id, None)

    def heard_by(self, subscriber: Subscriber) -> int:
        """The sessions whose events it gets."""
        return sum(subscriber in session.subscribers for session in self._kept.values())

    def leave(self, subscriber: Subscriber) -> None:
        for session in self._kept.values():
            session.subscribers.discard(subscriber)
        self.let_go()

    def let_go(self) -> None:
        """Drops what nobody listens to and no turn runs in, but for those used last."""
        idle = [session.id for session in self._kept.values() if self._is_idle(session)]
        for session_id in idle[:-KEPT_IDLE]:
            del self._kept[session_id]

    def _is_idle(self, session: Session) -> bool:
        return not session.subscribers and not self._is_running(session.id)

    async def _load(self, session_id: str) -> Session:
        row = await self._store.session(session_id)
        if row is None:
            raise session_not_found(session_id)
        ancestors = await self._ancestors(row)
        return self._session(await load(self._store, row), ancestors)

    def _session(self, transcript: Transcript, ancestors: list[str]) -> Session:
        lineage = Lineage((*ancestors, transcript.session.id), self.in_memory)
        return Session(transcript, self._store, self._unanswered, lineage, self._delegate)

    async def _ancestors(self, row: wire.Session) -> list[str]:
        """The ids from the root down to the parent; damage to one of them costs those above it only."""
        ancestors: list[str] = []
        above: wire.Session | None = row
        while above is not None and above.parent_id is not None and above.parent_id not in ancestors:
            ancestors.insert(0, above.parent_id)
            parent = self._alive.get(above.parent_id)
            above = parent.transcript.session if parent else await self._store.session(above.parent_id)
        return ancestors
