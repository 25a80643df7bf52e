"""What clients may do with prompts that wait: see them, change them, put them in order, withdraw them.

Held by the keeper as `queues`; called by the handlers of `queue/…`. Raises RpcError for a caller's errors.
"""

from contextlib import suppress

from sessiond.session.library import Library
from sessiond.session.queue import prompts
from sessiond.session.turns.queueing import Queued, Queueing, queue_of
from sessiond.session.turns.running import RunningTurns
from sessiond_protocol.course.queue import QueueReorderParams, QueueResult, QueueUpdateParams
from sessiond_protocol.errors import RpcError


class Queues:
    def __init__(self, library: Library, turns: RunningTurns, queueing: Queueing) -> None:
        self._library = library
        self._turns = turns
        self._queueing = queueing

    async def list(self, session_id: str) -> QueueResult:
        return queue_of(await self._library.open(session_id))

    def stay(self, why: str) -> None:
        """For an engine that is here for one turn: what waits is held behind it, for a client that stays."""
        self._queueing.stay(why)

    async def update(self, params: QueueUpdateParams) -> QueueResult:
        session = await self._library.open(params.session_id)
        return await self._queueing.change(
            session, lambda queue: prompts.changed(queue, params.queue_id, params.text, params.mode)
        )

    async def remove(self, session_id: str, queue_id: str) -> QueueResult:
        """Withdraws a prompt: who waits for its answer is told."""
        session = await self._library.open(session_id)
        return await self._queueing.change(session, lambda queue: prompts.without(queue, queue_id))

    async def reorder(self, params: QueueReorderParams) -> QueueResult:
        session = await self._library.open(params.session_id)
        return await self._queueing.change(session, lambda queue: prompts.reordered(queue, params.queue_ids))

    async def resume(self, session_id: str) -> QueueResult:
        return await self._queueing.resume(await self._library.open(session_id))

    async def take_back(self, queued: Queued) -> None:
        """Whoever sent it wants no answer any more: it is withdrawn, or the turn aborted that it got into."""
        session = await self._library.open(queued.session_id)
        async with session.starting:
            with suppress(RpcError):
                await self.remove(session.id, queued.queue_id)
            if turn_id := session.transcript.prompts.get(queued.queue_id):
                await self._turns.abort(session.id, turn_id)
