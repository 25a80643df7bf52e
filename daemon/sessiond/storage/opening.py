"""Opens a data directory: everything that may be wrong with it is said here, before anything is changed.

Called by `open_store`, in a thread: it reads and writes files and may migrate.
"""

import os
import sqlite3
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sessiond.owner.lock import OwnerLock
from sessiond.storage import search, session_rows
from sessiond.storage.base import StorageFailed
from sessiond.storage.directory.filesystem import refuse_network
from sessiond.storage.directory.lock import owner_lock
from sessiond.storage.drafts import Drafts
from sessiond.storage.failures import REFUSALS, storage_failed
from sessiond.storage.schema import PAGE_SIZE, checked_version, migrate
from sessiond.storage.writer import CHECKPOINT_BYTES

DATABASE = "sessions.db"
BUSY_SECONDS = 5.0
"""How long a transaction waits for a backup or a `sqlite3` that a person has running."""


@dataclass(frozen=True, slots=True)
class Opened:
    directory: Path
    database: Path
    lock: OwnerLock | None
    writing: sqlite3.Connection
    reading: sqlite3.Connection


def open_directory(directory: Path) -> Opened:
    """Raises StorageFailed."""
    refuse_network(directory)
    with ExitStack() as undo:
        try:
            return _open(directory, undo)
        except REFUSALS as error:
            raise storage_failed(error, directory) from error


def _open(directory: Path, undo: ExitStack) -> Opened:
    """What has been opened stands in `undo` until all of it is."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)  # conversations are the user's own
    lock = owner_lock(directory)
    if lock is not None:
        undo.callback(lock.release)
    database = directory / DATABASE
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its other files the same mode
    writing = _connect(database, "rw")
    undo.callback(writing.close)
    _prepare_writing(writing)
    reading = _connect(database, "ro")
    undo.callback(reading.close)
    for statement in search.TOKENIZER:
        reading.execute(statement)
    Drafts(directory / "drafts", wake=lambda _: None).sweep({session.id for session in session_rows.running(reading)})
    undo.pop_all()
    return Opened(directory, database, lock, writing, reading)


def _connect(database: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{database.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,  # transactions begin and end where the code says so
        check_same_thread=False,  # opened in one thread, then owned by another
    )
    connection.text_factory = _text  # a damaged row may hold anything
    return connection


def _text(stored: bytes) -> str:
    return stored.decode(errors="replace")


def _prepare_writing(connection: sqlite3.Connection) -> None:
    checked_version(connection)
    connection.execute(f"PRAGMA page_size = {PAGE_SIZE}")  # counts while the database is empty
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageFailed("The file system of the data directory cannot share memory, which SQLite's WAL needs.")
    connection.execute("PRAGMA wal_autocheckpoint = 0")  # the writer does it once its callers have their answers
    connection.execute(f"PRAGMA journal_size_limit = {CHECKPOINT_BYTES // 4}")
    connection.execute("PRAGMA secure_delete = ON")  # the text of what a user deletes is gone
    migrate(connection)
