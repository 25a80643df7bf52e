"""What tests of the store say and look for."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sessiond.storage.base import StorageFailed
from sessiond.storage.sqlite import SqliteStore
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Session, TextPart
from support.event_strategies import numbered


def session(session_id: str = "ses_1", **fields: Any) -> Session:
    defaults: dict[str, Any] = {"title": "A title", "directory": "/project", "created_at": 1, "updated_at": 1}
    return Session(id=session_id, **{**defaults, **fields})


def created(row: Session) -> e.DurableEvent:
    return e.SessionCreated(seq=1, at=1, session=row)


def said(text: str, seq: int = 0, at: int = 5) -> e.DurableEvent:
    """An answer."""
    return e.PartEnded(seq=seq, at=at, message_id="msg_1", part=TextPart(id="prt_1", text=text))


def asked(text: str, seq: int = 0) -> e.DurableEvent:
    """A prompt."""
    message = Message(
        id="msg_0",
        session_id="ses_1",
        turn_id="trn_1",
        role="user",
        parts=[TextPart(id="prt_0", text=text)],
        created_at=1,
    )
    return e.MessageAdded(seq=seq, at=5, message=message)


async def keep(store: SqliteStore, row: Session, *events: e.DurableEvent) -> Session:
    """Makes a session with some events after its first."""
    await store.append(row, numbered([created(row), *events]))
    return row


def database(directory: Path) -> Path:
    return directory / "sessions.db"


def by_hand(directory: Path, sql: str, *parameters: Any) -> list[Any]:
    """Runs a statement as somebody with a `sqlite3` of his own would."""
    with closing(sqlite3.connect(database(directory))) as connection, connection:
        return connection.execute(sql, parameters).fetchall()


def bytes_of(directory: Path) -> dict[str, bytes]:
    """All files of a directory but the lock's."""
    return {
        str(file.relative_to(directory)): file.read_bytes()
        for file in sorted(directory.rglob("*"))
        if file.is_file() and file.name != "engine.lock"
    }


def refusal_of(error: "pytest.ExceptionInfo[StorageFailed]") -> str:
    assert error.value.data is not None
    assert error.value.data["kind"] == "storageFailed"
    return error.value.message


def mounted(directory: Path, options: str, run: Callable[[list[str]], int]) -> Iterator[Path]:
    """A small file system of its own in memory; skips where that is not allowed."""
    directory.mkdir()
    if run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(directory)]) != 0:
        pytest.skip("mounting a file system is not permitted here")
    try:
        yield directory
    finally:
        run(["umount", str(directory)])
