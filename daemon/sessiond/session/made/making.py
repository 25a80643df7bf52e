"""Makes sessions for clients: checks what is wanted, and makes the same one only once for a key.

Held by the keeper. Those that tasks work in are made by `family/delegation.py`.
"""

import asyncio

from sessiond.engine.identifiers import new_id
from sessiond.session.library import Library
from sessiond.session.made.new_session import check_title, new_session
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.session.turns.planning import Planner
from sessiond.session.turns.prompting import Attach
from sessiond.storage.base import Store
from sessiond_protocol import events as e
from sessiond_protocol import messages as wire
from sessiond_protocol.methods import CreateParams


class Making:
    def __init__(self, store: Store, library: Library, attach: Attach) -> None:
        self._store = store
        self._library = library
        self._attach = attach
        self._making = asyncio.Lock()

    async def make(
        self, params: CreateParams, directory: str, planner: Planner, subscriber: Subscriber | None
    ) -> wire.Session:
        """Raises RpcError for what a session cannot have; then nothing has been recorded."""
        check_title(params.title)
        planner.expect(directory)
        if params.parent_id is not None:
            await self._library.row(params.parent_id)
        if params.model is not None:
            await planner.check_model(params.model)
        async with self._making:
            session_id = new_id("ses")
            if params.idempotency_key is not None:
                session_id = await self._store.remember_key(params.idempotency_key, session_id)
                if await self._store.session(session_id) is not None:
                    return await self._join(session_id, subscriber)
            return await self._make(session_id, directory, params, subscriber)

    async def _join(self, session_id: str, subscriber: Subscriber | None) -> wire.Session:
        session = await self._library.open(session_id)
        self._attach(session, subscriber)
        return session.transcript.session

    async def _make(
        self, session_id: str, directory: str, params: CreateParams, subscriber: Subscriber | None
    ) -> wire.Session:
        row = new_session(session_id, directory, title=params.title, parent_id=params.parent_id, model=params.model)
        session: Session = await self._library.add(row)
        self._attach(session, subscriber)
        try:
            await session.record(e.SessionCreated(session=row))
        except BaseException:
            self._library.forget(session_id)
            raise
        return row
