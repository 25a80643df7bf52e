"""Where a new subscriber begins: a replay of what it missed, or a snapshot, and never a silent gap.

Called by the manager, which registers the subscriber at once afterwards, with nothing awaited between.
"""

import msgspec

from sessiond.session.pages import message_page
from sessiond.session.session import Session
from sessiond.storage.base import Store
from sessiond_protocol.methods import SubscribeResult

REPLAY_BYTES = 16 * 1024 * 1024
"""A client that has missed more than this gets a snapshot."""
SNAPSHOT_MESSAGES = 50


class Subscription(msgspec.Struct):
    """`result` answers the request; `replay` follows it: the durable events up to `result.seq`, encoded.

    Nothing is awaited between the registration and the return, so a caller that queues both at once
    keeps the order of the log.
    """

    result: SubscribeResult
    replay: list[bytes]


async def subscribe(session: Session, store: Store, after: int | None) -> Subscription:
    """The state of a session from `after` on, as of the moment this returns."""
    replay = await _missed_events(session, store, after)
    transcript = session.transcript
    result = SubscribeResult(
        mode="snapshot" if replay is None else "replay",
        seq=transcript.seq,
        session=transcript.session,
        open=session.open_texts(),
        permissions=list(transcript.permissions.values()),
        questions=list(transcript.questions.values()),
        todos=session.todos,
        context=session.context,
    )
    if replay is None:
        page = message_page(transcript, SNAPSHOT_MESSAGES, None)
        result.messages, result.next_cursor = page.messages, page.next_cursor
    return Subscription(result, replay or [])


async def _missed_events(session: Session, store: Store, after: int | None) -> list[bytes] | None:
    """The events after `after` up to the head, or None where only a snapshot will do."""
    if after is None or not 0 <= after <= session.transcript.seq:
        return None
    missed: list[bytes] = []
    budget = REPLAY_BYTES
    while after + len(missed) < session.transcript.seq:
        more = await store.encoded_events(session.id, after + len(missed), budget)
        if not more:
            return None
        missed += more
        budget -= sum(map(len, more))
    return missed[: session.transcript.seq - after]
