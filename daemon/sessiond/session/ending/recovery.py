"""Closes what a crash has left open, and ends commands that have outlived it, before anyone sees the session again.

Called by the keeper when the store is opened, and when a session is opened whose last turn could
not be ended because the store refused.
"""

import asyncio
import logging

from sessiond.engine.conversation import TurnOutcome
from sessiond.session.ending.closing import closing_events
from sessiond.session.queue.prompts import STOPPED, held
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond.storage.base import StorageFailed, Store
from sessiond.tools.shell.family import Family
from sessiond_protocol import events as e
from sessiond_protocol.messages import Session, ToolPart

log = logging.getLogger(__name__)


async def recover_all(store: Store) -> None:
    """Ends every turn that was running when the engine died. A session that cannot be mended costs itself only."""
    for session in await store.running():
        try:
            await load(store, session)
        except StorageFailed as error:
            log.warning("The session %s could not be closed after a crash: %s", session.id, error.message)


async def load(store: Store, session: Session) -> Transcript:
    """A session's transcript from its log, with nothing open in it: a turn that runs no more is ended."""
    transcript = fold_all(Transcript(session), await store.events(session.id))
    if turn_id := _running_turn(transcript):
        await _interrupt(store, transcript, turn_id)
    if transcript.queue and transcript.held is None:  # it died between two turns
        holding = held(transcript, STOPPED)
        await store.append(number(transcript, holding), holding, sync=True)
        fold_all(transcript, holding)
    return transcript


def _running_turn(transcript: Transcript) -> str | None:
    """The turn that the log has begun and not ended, by the session or by a message that is still open."""
    turns = (transcript.session.turn_id, *(message.turn_id for message in transcript.open_messages.values()))
    return next((turn_id for turn_id in turns if turn_id and turn_id not in transcript.ended_turns), None)


async def _interrupt(store: Store, transcript: Transcript, turn_id: str) -> None:
    texts = await store.drafts(transcript.session.id)
    closing = closing_events(transcript, turn_id, TurnOutcome("interrupted"), texts)
    for event in closing:
        if isinstance(event, e.PartEnded) and isinstance(event.part, ToolPart):
            await asyncio.to_thread(Family(None, event.part.id).kill)
    await store.append(number(transcript, closing), closing, sync=True)
    fold_all(transcript, closing)
    for part_id in texts:
        store.draft(transcript.session.id, part_id).discard()
