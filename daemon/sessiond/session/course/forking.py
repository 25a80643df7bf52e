"""Makes branches of sessions: `session/fork`. Held by the keeper."""

from collections.abc import Callable

import msgspec

from sessiond.engine.identifiers import new_id
from sessiond.session.course.fork import branch, fork_title
from sessiond.session.library import Library
from sessiond.session.made.new_session import is_unnamed, new_session
from sessiond.session.session import Session
from sessiond.session.subscribers import Subscriber
from sessiond.storage.base import Store
from sessiond_protocol import messages as wire
from sessiond_protocol.course.branches import ForkParams
from sessiond_protocol.errors import RpcError


class Forking:
    def __init__(self, store: Store, library: Library, attach: Callable[[Session, Subscriber | None], None]) -> None:
        self._store = store
        self._library = library
        self._attach = attach

    async def fork(self, params: ForkParams, subscriber: Subscriber | None = None) -> wire.Session:
        """The new session; the subscriber hears of it from its first event on. A turn that runs goes on in the old one.

        Raises RpcError `messageNotFound`, or `sessionBusy` for a message that is still being written.
        """
        session = await self._library.open(params.session_id)
        self._check(session, params.message_id)
        old = session.transcript.session
        title = None if is_unnamed(old) else fork_title(old.title)
        fork = msgspec.structs.replace(
            new_session(new_id("ses"), old.directory, title=title, parent_id=None, model=old.model),
            origin=wire.Origin(session_id=old.id, message_id=params.message_id),
        )
        log = branch(await self._store.events(old.id), old, params.message_id, fork)
        made = await self._library.add(fork)
        self._attach(made, subscriber)
        try:
            await made.record(*log, sync=True)
        except BaseException:
            self._library.forget(fork.id)
            raise
        made.look_again()
        return made.transcript.session

    def _check(self, session: Session, message_id: str | None) -> None:
        if message_id is None:
            return
        session.message(message_id)
        if message_id in session.transcript.open_messages:
            raise RpcError.of_kind(
                "sessionBusy",
                f"The message {message_id} is still being written; wait for its end, or fork at one before it.",
                turnId=session.transcript.session.turn_id,
            )
