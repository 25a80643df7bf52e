"""One row for each session: what lists and searches need, and the session itself as JSON.

Called by the store: `save` on the writer thread, the rest on the reader's.
"""

import base64
import binascii
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from sessiond.storage import search
from sessiond.storage.base import SessionPage
from sessiond.storage.event_log import encoded, place
from sessiond.storage.failures import is_damage
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import Session

COLUMNS = "payload, key, id, title, directory, parent_id, archived, updated_at, turn_id"

_KNOWN = """
    SELECT key, title, payload, (
        SELECT place & 0xFFFFFFFF FROM log WHERE place < (key + 1) << 32 AND place > key << 32
        ORDER BY place DESC LIMIT 1
    ) FROM sessions WHERE id = ?"""
_INSERT = """
    INSERT INTO sessions (id, title, directory, parent_id, archived, updated_at, turn_id, payload)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
_UPDATE = """
    UPDATE sessions SET id = ?, title = ?, directory = ?, parent_id = ?, archived = ?, updated_at = ?, turn_id = ?,
        payload = ? WHERE key = ?"""

_decoder = msgspec.json.Decoder(Session)


def save(connection: sqlite3.Connection, session: Session) -> tuple[int, int, bytes | None]:
    """Gives the session's key, the seq of its last event or 0, and the row's JSON if it has changed."""
    payload = encoded(session)
    known = connection.execute(_KNOWN, (session.id,)).fetchone()
    if known is None:
        key = connection.execute(_INSERT, (*_columns(session), payload)).lastrowid or 0
        search.add(connection, place(key, 0), session.title)
        return key, 0, payload
    key, title, stored, last = known
    if stored != payload:
        connection.execute(_UPDATE, (*_columns(session), payload, key))
    if title != session.title:
        search.remove(connection, place(key, 0), title)
        search.add(connection, place(key, 0), session.title)
    return key, last or 0, None if stored == payload else payload


def find(connection: sqlite3.Connection, session_id: str) -> tuple[int, Session] | None:
    """A session and its key."""
    row = connection.execute(f"SELECT {COLUMNS} FROM sessions WHERE id = ?", (session_id,)).fetchone()
    session = _session(row) if row else None
    return (row[1], session) if session else None


def running(connection: sqlite3.Connection) -> list[Session]:
    """Sessions whose row says that a turn runs."""
    return _sessions(_select(connection, "turn_id IS NOT NULL", [], -1))


def remove(connection: sqlite3.Connection, key: int, title: str) -> None:
    connection.execute("DELETE FROM sessions WHERE key = ?", (key,))
    search.remove(connection, place(key, 0), title)


def page(
    connection: sqlite3.Connection,
    *,
    directory: str | None,
    query: str | None,
    parent_id: str | None,
    archived: bool,
    limit: int,
    cursor: str | None,
) -> SessionPage:
    """Newest first. Raises RpcError for a cursor that no page has given."""
    conditions, parameters = search.conditions(connection, query) if query else ([], [])
    given: list[tuple[str, Any]] = [
        ("parent_id = ?", parent_id) if parent_id is not None else ("parent_id IS NULL", None),
        ("archived = ?", archived),
        ("directory = ?", directory),
    ]
    conditions += [condition for condition, value in given if value is not None or "?" not in condition]
    values = [*parameters, *(value for _, value in given if value is not None)]
    if cursor is not None:
        conditions.append("(updated_at, key) < (?, ?)")
        values.extend(_position(cursor))
    rows = _select(connection, " AND ".join(conditions), values, limit + 1)
    shown = rows[:limit]
    return SessionPage(_sessions(shown), _cursor(shown[-1]) if len(rows) > limit else None)


def _select(connection: sqlite3.Connection, where: str, values: Sequence[Any], limit: int) -> list[tuple[Any, ...]]:
    """Rows, the newest first. `limit` -1 is none."""
    sql = f"SELECT {COLUMNS} FROM sessions WHERE {where} ORDER BY updated_at DESC, key DESC LIMIT ?"
    try:
        return connection.execute(sql, (*values, limit)).fetchall()
    except sqlite3.DatabaseError as error:
        if not is_damage(error):
            raise
        rows = sorted(_readable(connection, where, values), key=lambda row: (row[7], row[1]), reverse=True)
        return rows[:limit] if limit >= 0 else rows


def _readable(connection: sqlite3.Connection, where: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Where pages of the table or its indexes are damaged: each row that can still be read by its key."""
    (newest,) = connection.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = 'sessions'").fetchone()
    sql = f"SELECT {COLUMNS} FROM sessions NOT INDEXED WHERE key = ? AND typeof(updated_at) = 'integer' AND {where}"
    for key in range(1, (newest or 0) + 1):
        with suppress(sqlite3.DatabaseError):
            yield from connection.execute(sql, (key, *values)).fetchall()


def _columns(session: Session) -> tuple[Any, ...]:
    return (
        session.id,
        session.title,
        session.directory,
        session.parent_id,
        session.archived,
        session.updated_at,
        session.turn_id,
    )


def _sessions(rows: list[tuple[Any, ...]]) -> list[Session]:
    return [session for row in rows if (session := _session(row))]


def _session(row: tuple[Any, ...]) -> Session | None:
    """From its JSON; where that is damaged, what the columns tell; None where those are as well."""
    try:
        return _decoder.decode(row[0])
    except (msgspec.MsgspecError, ValueError, TypeError):
        pass
    _, _, session_id, title, directory, parent_id, archived, updated_at, turn_id = row
    told = {
        "id": session_id,
        "title": title,
        "directory": directory,
        "createdAt": updated_at,
        "updatedAt": updated_at,
        "parentId": parent_id,
        "archived": archived == 1,
        "turnId": turn_id,
    }
    try:
        return msgspec.convert(told, Session)
    except msgspec.ValidationError:
        return None


def _cursor(row: tuple[Any, ...]) -> str:
    """The place after a row: a session that changes meanwhile moves to the front and is not shown twice."""
    return base64.urlsafe_b64encode(f"{row[7]}.{row[1]}".encode()).decode()


def _position(cursor: str) -> tuple[int, int]:
    try:
        updated_at, key = base64.urlsafe_b64decode(cursor.encode()).split(b".")
        return int(updated_at), int(key)
    except (binascii.Error, ValueError):
        message = "`cursor` is none that a page of sessions has given; leave it out to begin with the newest."
        raise RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": "cursor"}) from None
