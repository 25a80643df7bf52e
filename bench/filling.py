"""Fills a store with what would take a person years: a long session, and thousands of short ones."""

from decimal import Decimal
from pathlib import Path

from sessiond.engine.identifiers import new_id
from sessiond.session.transcript import Transcript, fold_all, number
from sessiond.storage.base import Store
from sessiond.storage.sqlite import open_store
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Session, TextPart, Usage

LONG_SESSION_MESSAGES = 2000
MANY_SESSIONS = 10_000
START = 1_700_000_000_000
PROMPT = "Why does the parser fail on an empty line, and what would you change? " * 3
ANSWER = "The parser takes the first byte of each line, and an empty line has none. " * 14  # about 1 KB


async def fill(data: Path, directory: str) -> str:
    """Gives the id of the long session."""
    store = await open_store(data)
    try:
        for count in range(MANY_SESSIONS - 1):
            await _add(store, _created(count, directory))
        long_session = _created(MANY_SESSIONS, directory)
        await _add(store, long_session, *_turns(long_session.id))
        return long_session.id
    finally:
        await store.close()


def _created(count: int, directory: str) -> Session:
    at = START + count * 60_000
    return Session(
        id=new_id("ses"),
        title=f"Session {count}",
        directory=directory,
        created_at=at,
        updated_at=at,
        cost=Decimal(0),
    )


async def _add(store: Store, session: Session, *turns: list[e.DurableEvent]) -> None:
    transcript = Transcript(session)
    for events in [[e.SessionCreated(session=session)], *turns]:
        await store.append(number(transcript, events), events)
        fold_all(transcript, events)


def _turns(session_id: str) -> list[list[e.DurableEvent]]:
    return [_turn(session_id) for _ in range(LONG_SESSION_MESSAGES // 2)]


def _turn(session_id: str) -> list[e.DurableEvent]:
    turn_id, usage = new_id("trn"), Usage(input=100, output=200)
    prompt = _message(session_id, turn_id, "user", [TextPart(id=new_id("prt"), text=PROMPT)])
    answer = _message(session_id, turn_id, "assistant", [])
    part_id = new_id("prt")
    return [
        e.TurnStarted(turn_id=turn_id, kind="chat", model="bench/m"),
        e.MessageAdded(message=prompt),
        e.MessageAdded(message=answer),
        e.PartStarted(message_id=answer.id, part=TextPart(id=part_id, text="")),
        e.PartEnded(message_id=answer.id, part=TextPart(id=part_id, text=ANSWER)),
        e.MessageEnded(message_id=answer.id, usage=usage, cost=Decimal("0.001"), finish_reason="stop"),
        e.TurnEnded(turn_id=turn_id, stop_reason="endTurn", usage=usage, cost=Decimal("0.001")),
    ]


def _message(session_id: str, turn_id: str, role: str, parts: list[TextPart]) -> Message:
    return Message(
        id=new_id("msg"),
        session_id=session_id,
        turn_id=turn_id,
        role="user" if role == "user" else "assistant",
        parts=[*parts],
        created_at=START,
    )
