"""Whether logs that come from outside can be trusted with the store: numbers, texts, order, who belongs to whom. Pure.

What the types of the protocol cannot say. Called by `document.py`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Any, Protocol, cast

import msgspec

from sessiond_protocol import events as e
from sessiond_protocol.messages import Session, Usage

MOST_SESSIONS = 10_000
LARGEST_NUMBER = 2**63
"""What SQLite keeps."""
LARGEST_AMOUNT = 10**12
FINEST = 40
"""Decimal places of money."""

_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


class Log(Protocol):
    @property
    def session(self) -> Session: ...

    @property
    def events(self) -> Sequence[e.DurableEvent]: ...


def check(logs: Sequence[Log]) -> None:
    """Raises ValueError, naming the session and what is wrong with it."""
    if not 0 < len(logs) <= MOST_SESSIONS:
        raise ValueError(f"it has {len(logs)} sessions")
    known: set[str] = set()
    for log in logs:
        session = log.session
        if not _ID.fullmatch(session.id) or session.id in known:
            raise ValueError(f"{session.id[:80]!r} is no id of a session, or stands there twice")
        if known and session.parent_id not in known:
            raise ValueError(f"{session.id} belongs to none of the sessions before it")
        known.add(session.id)
        try:
            _check_value(session)
            _check_log(session, log.events)
        except ValueError as error:
            raise ValueError(f"session {session.id}: {error}") from None


def _check_log(session: Session, events: Sequence[e.DurableEvent]) -> None:
    if not events:
        raise ValueError("it has no events")
    for seq, event in enumerate(events, 1):
        if event.seq != seq:
            raise ValueError(f"event {event.seq} stands where event {seq} belongs")
        if isinstance(event, e.SessionDeleted):
            raise ValueError("it was deleted")
        if isinstance(event, e.SessionCreated) != (seq == 1):
            raise ValueError(f"event {seq}: a session is made by its first event, and by that one only")
        if isinstance(event, e.SessionCreated | e.SessionUpdated):
            told = event.session
            if (told.id, told.parent_id) != (session.id, session.parent_id):
                raise ValueError(f"event {seq} is of another session")
        _check_value(event)


def _check_value(value: Any) -> None:
    match value:
        case str():
            value.encode()  # UnicodeEncodeError is a ValueError
        case int() if abs(value) >= LARGEST_NUMBER:
            raise ValueError("a number is too large")
        case Decimal():
            _check_amount(value)
        case Usage() if min(msgspec.structs.astuple(value)) < 0:
            raise ValueError("a number of tokens is negative")
        case _:
            for item in _inside(value):
                _check_value(item)


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case msgspec.Struct():
            return msgspec.structs.astuple(value)
        case list() | tuple():
            return cast(Sequence[Any], value)
        case dict():
            return chain.from_iterable(cast(Mapping[Any, Any], value).items())
        case _:
            return ()


def _check_amount(money: Decimal) -> None:
    exponent = money.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -FINEST or not 0 <= money < LARGEST_AMOUNT:
        raise ValueError("an amount of money is none")
