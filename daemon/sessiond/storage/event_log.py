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
LARGEST_GAP = 10_000
"""Missing rows in a row that are taken for lost; past that, the next row's place is what is damaged."""

_decoder: msgspec.json.Decoder[DurableEvent] = msgspec.json.Decoder(DurableEvent)
_list_decoder: msgspec.json.Decoder[list[DurableEvent]] = msgspec.json.Decoder(list[DurableEvent])

Row = tuple[int, bytes | None]
"""A seq and what is stored there; None where the database itself cannot tell."""
Entry = tuple[DurableEvent, bytes]
"""An event and its JSON."""


def place(session_key: int, seq: int) -> int:
    """Where an event stands among those of all sessions; seq 0 is before a session's first."""
    return session_key << 32 | seq


def append(connection: sqlite3.Connection, key: int, last: int, events: Sequence[DurableEvent]) -> list[bytes]:
    """Adds events after the one numbered `last`; gives their JSON. Raises StorageFailed for what does not follow."""
    for expected, event in enumerate(events, last + 1):
        if event.seq != expected:
            raise StorageFailed(f"Event {event.seq} cannot follow event {expected - 1} in this session's log.")
    jsons = [encoded(event) for event in events]
    rows = [(place(key, event.seq), _packed(json)) for event, json in zip(events, jsons, strict=True)]
    connection.executemany("INSERT INTO log (place, payload) VALUES (?, ?)", rows)
    for event in events:
        search.add(connection, place(key, event.seq), search.text_of(event))
    return jsons


def read(connection: sqlite3.Connection, key: int, after: int, at: int = 0) -> Iterator[Entry]:
    """The events with `seq > after`. One that is lost bears the time of the one before it, or `at`."""
    expected = after + 1
    for rows in _chunks(connection, key, after):
        for (seq, _), entry in zip(rows, _entries(rows), strict=True):
            if seq - expected > LARGEST_GAP:
                return
            for missing in range(expected, seq):
                yield _lost(missing, at, "Its row is missing from the database.")
            event, json = entry or _lost(seq, at, "Its row in the database is damaged; the bytes are kept.")
            yield event, json
            expected, at = seq + 1, event.at


def remove(connection: sqlite3.Connection, key: int) -> None:
    """Takes a session's events out of the log and their words out of the index."""
    for event, _ in read(connection, key, 0):
        search.remove(connection, place(key, event.seq), search.text_of(event))
    connection.execute("DELETE FROM log WHERE place BETWEEN ? AND ?", (place(key, 0), place(key + 1, 0) - 1))


def encoded(value: DurableEvent | Session) -> bytes:
    """Its JSON. Raises StorageFailed for what cannot be written."""
    try:
        return to_json(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise StorageFailed(f"This cannot be written as JSON ({error}); nothing was recorded.") from error


def _packed(json: bytes) -> bytes:
    return zlib.compress(json, 1) if len(json) >= COMPRESSED_FROM else json


def _unpacked(payload: bytes | None) -> bytes:
    """JSON of an event begins with a brace, zlib's stream never does. Raises zlib.error."""
    if payload is None:
        return b""
    return payload if payload.startswith(b"{") else zlib.decompress(payload)


def _lost(seq: int, at: int, reason: str) -> Entry:
    event = EventLost(seq=seq, at=at, reason=reason)
    return event, to_json(event)


def _entries(rows: list[Row]) -> list[Entry | None]:
    """Each row's event and JSON, or None for a damaged one. One call decodes all rows that are as they should be."""
    try:
        jsons = [_unpacked(payload) for _, payload in rows]
        events = _list_decoder.decode(b"[" + b",".join(jsons) + b"]")
        if [event.seq for event in events] == [seq for seq, _ in rows]:
            return list(zip(events, jsons, strict=True))
    except _DAMAGE:
        pass
    return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry | None:
    seq, payload = row
    try:
        json = _unpacked(payload)
        event = _decoder.decode(json)
    except _DAMAGE:
        return None
    return (event, json) if event.seq == seq else None


# AttributeError: someone else's hand has put text or a number where bytes belong.
_DAMAGE = (msgspec.MsgspecError, ValueError, RecursionError, zlib.error, TypeError, AttributeError)


def _chunks(connection: sqlite3.Connection, key: int, after: int) -> Iterator[list[Row]]:
    """A session's rows in order; where pages of the log cannot be read, those that still can be."""
    sql = "SELECT place & 0xFFFFFFFF, payload FROM log WHERE place > ? AND place < ? ORDER BY place"
    cursor = connection.execute(sql, (place(key, after), place(key + 1, 0)))
    try:
        while rows := cursor.fetchmany(CHUNK):
            yield rows
            after = rows[-1][0]
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        yield [_row(connection, key, seq) for seq in range(after + 1, _last_readable(connection, key, after + 1) + 1)]


def _last_readable(connection: sqlite3.Connection, key: int, otherwise: int) -> int:
    sql = "SELECT place & 0xFFFFFFFF FROM log WHERE place > ? AND place < ? ORDER BY place DESC LIMIT 1"
    try:
        return connection.execute(sql, (place(key, 0), place(key + 1, 0))).fetchone()[0]
    except sqlite3.DatabaseError:
        return otherwise


def _row(connection: sqlite3.Connection, key: int, seq: int) -> Row:
    try:
        found = connection.execute("SELECT payload FROM log WHERE place = ?", (place(key, seq),)).fetchone()
    except sqlite3.DatabaseError:
        return seq, None
    return seq, found[0] if found else None
