"""Closes what a crash has left open, before anyone sees the session again.

Called by the manager when the store is opened, and when a session is opened whose last turn could
not be ended because the store refused.
"""

from sessiond.engine.conversation import TurnOutcome
from sessiond.session.closing import closing_events
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond.storage.base import Store
from sessiond_protocol.messages import Session


async def recover_all(store: Store) -> int:
    """Ends every turn that was running when the engine died; gives how many there were."""
    interrupted = await store.running()
    for session in interrupted:
        await load(store, session)
    return len(interrupted)


async def load(store: Store, session: Session) -> Transcript:
    """A session's transcript from its log, with nothing open in it: a turn that runs no more is ended."""
    transcript = fold_all(Transcript(session), await store.events(session.id))
    if transcript.session.turn_id or transcript.open_messages:
        await _interrupt(store, transcript)
    return transcript


async def _interrupt(store: Store, transcript: Transcript) -> None:
    turn_id = transcript.session.turn_id
    if turn_id is None:
        return
    texts = await store.drafts(transcript.session.id)
    closing = closing_events(transcript, turn_id, TurnOutcome("interrupted"), texts)
    await store.append(number(transcript, closing), closing, sync=True)
    fold_all(transcript, closing)
    for part_id in texts:
        store.draft(transcript.session.id, part_id).discard()
