"""The tables, and how a database of an older sessiond becomes one of this: forward only, never back.

Called when the store is opened. A new version adds one entry to MIGRATIONS and changes none.
"""

import sqlite3
from collections.abc import Sequence

from sessiond.storage.base import StorageFailed

PAGE_SIZE = 1024
"""Bytes. A small transaction writes whole pages: 4096 would write 2.5 times the bytes (decision 0021)."""

VERSION_1 = (
    # `place` orders the log of all sessions: the session's key, then the event's seq (event_log.py).
    "CREATE TABLE log (place INTEGER PRIMARY KEY, payload BLOB NOT NULL)",
    """CREATE TABLE sessions (
        key INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice, so that nothing left over finds a new owner
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL,
        directory TEXT NOT NULL,
        parent_id TEXT,
        archived INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        turn_id TEXT,
        payload BLOB NOT NULL
    )""",
    "CREATE INDEX sessions_by_time ON sessions (archived, updated_at) WHERE parent_id IS NULL",
    "CREATE INDEX sessions_by_directory ON sessions (directory, archived, updated_at) WHERE parent_id IS NULL",
    "CREATE INDEX sessions_by_parent ON sessions (parent_id, archived, updated_at) WHERE parent_id IS NOT NULL",
    "CREATE INDEX sessions_running ON sessions (turn_id) WHERE turn_id IS NOT NULL",
    # Words only: no text, no positions, no lengths (decision 0022).
    """CREATE VIRTUAL TABLE search USING fts5 (
        text, content='', columnsize=0, detail=none, tokenize='unicode61 remove_diacritics 2'
    )""",
    "INSERT INTO search (search, rank) VALUES ('pgsz', 1000), ('automerge', 8)",
    # Where the text stands that the index knows by this number; a title stands at seq 0.
    "CREATE TABLE texts (number INTEGER PRIMARY KEY, place INTEGER NOT NULL UNIQUE)",
    """CREATE TABLE permissions (
        id TEXT PRIMARY KEY, directory TEXT NOT NULL, permission TEXT NOT NULL, pattern TEXT NOT NULL,
        verdict TEXT NOT NULL, UNIQUE (directory, permission, pattern)
    )""",
    "CREATE TABLE idempotency_keys (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (VERSION_1,)
"""Entry n makes version n + 1 of version n; a version is committed whole or not at all."""


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Brings the database to the newest version. Raises StorageFailed when a newer sessiond wrote it."""
    for version in range(checked_version(connection, len(migrations)), len(migrations)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in migrations[version]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {version + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def checked_version(connection: sqlite3.Connection, newest: int = len(MIGRATIONS)) -> int:
    """The database's version; changes nothing. Raises StorageFailed for one that is not to be touched."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > newest:
        raise StorageFailed(
            f"The conversations here were written by a newer sessiond (schema {version}; this one knows up to "
            f"{newest}). Install the newer one, or set SESSIOND_DATA_DIR to another directory."
        )
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if version == 0 and tables:
        raise StorageFailed(
            "sessions.db is not a database of sessiond. Move it aside, or set SESSIOND_DATA_DIR to another directory."
        )
    return version
