"""The log of all sessions: events as JSON, each at its place.

Called by the store, to append on the writer thread and to read on the reader's. Reading never fails
for a damaged row: an `EventLost` stands in its place, and the row is left as it is.
"""

import sqlite3
import zlib
from collections.abc import Iterator, Sequence

import msgspec

from sessiond.storage import search
from sessiond.storage.base import StorageFailed
from sessiond.storage.failures import is_damage
from sessiond_protocol.events import DurableEvent, EventLost
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import to_json

COMPRESSED_FROM = 8 * 1024
"""Bytes of JSON. Long answers shrink to a third; below it, opening a session would cost more than disk saved."""
CHUNK = 256
"""Rows decoded in one call: few enough to let the event loop run in between."""
STRETCH = 2048
"""Rows read and decoded as one text, for the same reason; more, since SQLite leaves the interpreter alone meanwhile."""
LARGEST_GAP = 10_000
"""Missing rows in a row that are taken for lost; past that, the next row's place is what is damaged (up to 2**32)."""

_decoder: msgspec.json.Decoder[DurableEvent] = msgspec.json.Decoder(DurableEvent)
_list_decoder: msgspec.json.Decoder[list[DurableEvent]] = msgspec.json.Decoder(list[DurableEvent])

_BRACE = 0x7B
"""JSON of an event begins with it; what zlib has packed never does (RFC 1950)."""
_DAMAGE = (msgspec.MsgspecError, zlib.error, ValueError, TypeError, IndexError, RecursionError)
"""What decoding raises for bytes, or for text or numbers where bytes belong, that are not what was written."""

_STRETCH = f"""
    SELECT max(place), group_concat(
        CASE WHEN substr(payload, 1, 1) = x'{_BRACE:x}' THEN CAST(payload AS TEXT) ELSE unpacked(payload) END, ','
    ) FROM (SELECT place, payload FROM log WHERE place > ? AND place < ? ORDER BY place LIMIT ?)"""

Row = tuple[int, bytes]
"""A seq and what is stored there; nothing where the database itself cannot tell."""
Entries = tuple[list[DurableEvent], list[bytes]]
"""Events and the JSON of each."""


class OutOfStep(Exception):
    """Event `seq` cannot follow event `last`, with which a log ends."""

    def __init__(self, seq: int, last: int) -> None:
        super().__init__(f"Event {seq} cannot follow event {last}.")
        self.seq = seq
        self.last = last


def place(session_key: int, seq: int) -> int:
    """Where an event stands among those of all sessions; seq 0 is before a session's first."""
    return session_key << 32 | seq


def append(connection: sqlite3.Connection, key: int, last: int, events: Sequence[DurableEvent]) -> list[bytes]:
    """Adds events after the one numbered `last`; gives their JSON. Raises OutOfStep, StorageFailed."""
    for expected, event in enumerate(events, last + 1):
        if event.seq != expected:
            raise OutOfStep(event.seq, expected - 1)
    jsons = [encoded(event) for event in events]
    rows = [(place(key, event.seq), _packed(json)) for event, json in zip(events, jsons, strict=True)]
    connection.executemany("INSERT INTO log (place, payload) VALUES (?, ?)", rows)
    for event in events:
        search.add(connection, place(key, event.seq), search.text_of(event))
    return jsons


def read_events(connection: sqlite3.Connection, key: int, after: int, at: int = 0) -> list[DurableEvent]:
    """All events with `seq > after`, as `read` gives them but without their JSON.

    Undamaged stretches leave SQLite as one text: for each row of its own a thread waits anew for the
    interpreter, and a long session would take a second to open while an SDK is being imported.
    """
    connection.create_function("unpacked", 1, _unpacked_text, deterministic=True)
    events: list[DurableEvent] = []
    while stretch := _stretch(connection, key, after):
        events += stretch
        after, at = stretch[-1].seq, stretch[-1].at
    for rest, _ in read(connection, key, after, at):
        events += rest
    return events


def read(connection: sqlite3.Connection, key: int, after: int, at: int = 0) -> Iterator[Entries]:
    """The events with `seq > after`, without a gap, some at a time.

    What is lost is an `EventLost`; it bears the time of the event before it, or `at`.
    """
    for rows in _chunks(connection, key, after):
        events, jsons = _whole(rows, after) or _mended(rows, after, at)
        if events:
            yield events, jsons
            after, at = events[-1].seq, events[-1].at


def remove(connection: sqlite3.Connection, key: int) -> None:
    """Takes a session's events out of the log and their words out of the index."""
    for events, _ in read(connection, key, 0):
        for event in events:
            search.remove(connection, place(key, event.seq), search.text_of(event))
    for table in ("log", "texts"):
        sql = f"DELETE FROM {table} WHERE place BETWEEN ? AND ?"
        connection.execute(sql, (place(key, 0), place(key + 1, 0) - 1))


def encoded(value: DurableEvent | Session) -> bytes:
    """Its JSON. Raises StorageFailed for what cannot be written."""
    try:
        return to_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise StorageFailed(f"This cannot be written as JSON ({error}); nothing was recorded.") from error


def _packed(json: bytes) -> bytes:
    return zlib.compress(json, 4) if len(json) >= COMPRESSED_FROM else json


def _unpacked(payload: bytes) -> bytes:
    return payload if payload[0] == _BRACE else zlib.decompress(payload)


def _unpacked_text(payload: bytes) -> str:
    return _unpacked(payload).decode()


def _stretch(connection: sqlite3.Connection, key: int, after: int) -> list[DurableEvent]:
    """The next events, if nothing is missing or damaged among them; else none."""
    try:
        last, text = connection.execute(_STRETCH, (place(key, after), place(key + 1, 0), STRETCH)).fetchone()
        events = _list_decoder.decode(f"[{text or ''}]")
    except (*_DAMAGE, sqlite3.Error):
        return []
    unbroken = [event.seq for event in events] == list(range(after + 1, after + 1 + len(events)))
    return events if unbroken and last == place(key, after + len(events)) else []


def _whole(rows: list[Row], after: int) -> Entries | None:
    """All rows decoded in one call, if nothing is missing after the event numbered `after` or damaged."""
    try:
        jsons = [_unpacked(payload) for _, payload in rows]
        events = _list_decoder.decode(b"[" + b",".join(jsons) + b"]")
    except _DAMAGE:
        return None
    expected = list(range(after + 1, after + 1 + len(rows)))
    as_it_should_be = [seq for seq, _ in rows] == expected and [event.seq for event in events] == expected
    return (events, jsons) if as_it_should_be else None


def _mended(rows: list[Row], after: int, at: int) -> Entries:
    """Row by row, with an `EventLost` wherever one is missing or damaged."""
    events: list[DurableEvent] = []
    for seq, payload in rows:
        if seq - after > LARGEST_GAP:
            break
        for missing in range(after + 1, seq):
            events.append(EventLost(seq=missing, at=at, reason="Its row is missing from the database."))
        event = _event(seq, payload) or EventLost(seq=seq, at=at, reason="Its row in the database is damaged.")
        events.append(event)
        after, at = seq, event.at
    return events, [to_json(event) for event in events]


def _event(seq: int, payload: bytes) -> DurableEvent | None:
    try:
        event = _decoder.decode(_unpacked(payload))
    except _DAMAGE:
        return None
    return event if event.seq == seq else None


def _chunks(connection: sqlite3.Connection, key: int, after: int) -> Iterator[list[Row]]:
    """A session's rows in order; where pages of the log cannot be read, those that still can be."""
    sql = "SELECT place, payload FROM log WHERE place > ? AND place < ? ORDER BY place"
    cursor = connection.execute(sql, (place(key, after), place(key + 1, 0)))
    try:
        while found := cursor.fetchmany(CHUNK):
            if rows := _in_place(found, key, after):
                yield rows
                after = rows[-1][0]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield from _one_by_one(connection, key, after)


def _in_place(found: list[tuple[int, bytes]], key: int, after: int) -> list[Row]:
    """The rows of the session, each behind the one before: damaged pages lead to those of others, or back again."""
    rows: list[Row] = []
    for stands, payload in found:
        if place(key, after) < stands < place(key + 1, 0):
            after = stands - place(key, 0)
            rows.append((after, payload))
    return rows


def _one_by_one(connection: sqlite3.Connection, key: int, after: int) -> Iterator[list[Row]]:
    """Rows that cannot be read come with the next that can; too many of them in a row, and it ends before them."""
    waiting: list[Row] = []
    for seq in range(after + 1, _last_readable(connection, key, after + 1) + 1):
        waiting.append(_row(connection, key, seq))
        if waiting[-1][1]:
            yield waiting
            waiting = []
        elif len(waiting) == LARGEST_GAP:
            return
    if waiting:
        yield waiting


def _last_readable(connection: sqlite3.Connection, key: int, otherwise: int) -> int:
    sql = "SELECT place & 0xFFFFFFFF FROM log WHERE place > ? AND place < ? ORDER BY place DESC LIMIT 1"
    try:
        found = connection.execute(sql, (place(key, 0), place(key + 1, 0))).fetchone()
    except sqlite3.DatabaseError:
        return otherwise
    return found[0] if found else otherwise


def _row(connection: sqlite3.Connection, key: int, seq: int) -> Row:
    try:
        found = connection.execute("SELECT payload FROM log WHERE place = ?", (place(key, seq),)).fetchone()
    except sqlite3.DatabaseError:
        return seq, b""
    return seq, found[0] if found else b""
