"""`python -m bench.storage`: what the store costs, beside a floor measured in the same run.

Floors are the same work without the store: a bare SQLite insert, a bare JSON decode, the bytes themselves.
"""

import asyncio
import os
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import msgspec

from bench.accounts import written_bytes
from bench.figures import Figure, table
from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Role, Session, TextPart, Usage
from sessiond_protocol.wire import to_json

ANSWER_CHARACTERS = 50_000
DELTA_CHARACTERS = 50
DELTAS_PER_SECOND = 200


async def measure() -> list[Figure]:
    figures: list[Figure] = []
    for benchmark in (appends, group_commit, opening_a_session, listing, bytes_of_an_answer):
        with tempfile.TemporaryDirectory(prefix="sessiond-bench-") as directory:
            figures += await benchmark(Path(directory))
    return figures


async def appends(directory: Path) -> list[Figure]:
    """One event awaited after the other."""
    async with opened(directory) as store:
        log = await Log.made(store, "ses_1")
        plain = await durations_ms(2_000, lambda: log.append(small_event()))
        synced = await durations_ms(100, lambda: log.append(small_event(), sync=True))
    with bare_database(directory) as connection:
        bare = await durations_ms(2_000, lambda: insert(connection))
        connection.execute("PRAGMA synchronous = FULL")
        bare_synced = await durations_ms(100, lambda: insert(connection))
    return [
        Figure("append, median", plain[1_000], "ms", target=0.5, floor=bare[1_000]),
        Figure("append, 99th of 100", plain[1_980], "ms", floor=bare[1_980]),
        Figure("append on the disk, median", synced[50], "ms", floor=bare_synced[50]),
    ]


async def group_commit(directory: Path) -> list[Figure]:
    """64 sessions that append at once, against one transaction for each event."""
    async with opened(directory) as store:
        logs = [await Log.made(store, f"ses_{number}") for number in range(64)]
        begun = time.perf_counter()
        await asyncio.gather(*(log.append_singly(50) for log in logs))
        per_event = (time.perf_counter() - begun) / (64 * 50)
    with bare_database(directory) as connection:
        bare = await durations_ms(64 * 50, lambda: insert(connection))
    return [Figure("an append of 64 sessions' at once", per_event * 1e6, "µs", floor=sum(bare) / len(bare) * 1e3)]


async def opening_a_session(directory: Path) -> list[Figure]:
    """Its 7,000 events, 4.6 MB."""
    async with opened(directory) as store:
        log = await Log.made(store, "ses_1")
        for number in range(1_000):
            await log.append(*turn(number, prose(1_000), prose(2_300)))
        loaded = await durations_ms(9, lambda: store.events("ses_1"))
        encoded = await store.encoded_events("ses_1", 0, 1 << 30) or []
    array = b"[" + b",".join(encoded) + b"]"
    decoder = msgspec.json.Decoder(list[e.DurableEvent])
    bare = await durations_ms(9, lambda: asyncio.sleep(0, decoder.decode(array)))
    return [Figure("events of 2,000 messages", loaded[4], "ms", target=50, floor=bare[4])]


async def listing(directory: Path) -> list[Figure]:
    async with opened(directory) as store:
        await asyncio.gather(*(Log.made(store, f"ses_{number}") for number in range(10_000)))
        newest = await durations_ms(50, lambda: store.sessions(limit=50))
        of_directory = await durations_ms(50, lambda: store.sessions(directory="/project/7", limit=50))
        found = await durations_ms(50, lambda: store.sessions(search="session fast", limit=50))
    return [
        Figure("newest 50 of 10,000 sessions", newest[25], "ms", target=50),
        Figure("newest 50 of one directory", of_directory[25], "ms", target=50),
        Figure("newest 50 that say two words", found[25], "ms", target=50),
    ]


async def bytes_of_an_answer(directory: Path) -> list[Figure]:
    """One turn with a 50 KB answer, streamed, until everything is in its place; close included."""
    answer = prose(ANSWER_CHARACTERS)
    async with opened(directory) as store:
        log = await Log.made(store, "ses_1")
        await log.append(*turn(0, prose(300), prose(900)))
        before = written_bytes(os.getpid())[0]
        started, prompt, message, part_started, part_ended, message_ended, turn_ended = turn(1, prose(300), answer)
        await log.append(started, prompt, sync=True)
        await log.append(message)
        await log.append(part_started)
        await stream(store, answer)
        await log.append(part_ended)
        await log.append(message_ended)
        await log.append(turn_ended, sync=True)
    written = written_bytes(os.getpid())[0] - before
    return [Figure("bytes written per byte of answer", written / len(answer.encode()), "", target=4, floor=1.0)]


async def stream(store: SqliteStore, answer: str) -> None:
    draft = store.draft("ses_1", "part")
    begun = time.monotonic()
    for number, start in enumerate(range(0, len(answer), DELTA_CHARACTERS)):
        await asyncio.sleep(begun + number / DELTAS_PER_SECOND - time.monotonic())  # a sleep below 0 is none
        draft.append(answer[start : start + DELTA_CHARACTERS])
    draft.discard()


class Log:
    """Numbers a session's events as the session room does."""

    def __init__(self, store: SqliteStore, session: Session) -> None:
        self.store = store
        self.session = session
        self.seq = 0

    @classmethod
    async def made(cls, store: SqliteStore, session_id: str) -> "Log":
        number = random.randrange(1_000_000)
        session = Session(
            id=session_id,
            title=f"New session - {prose(20)}",
            directory=f"/project/{number % 100}",
            created_at=number,
            updated_at=number,
        )
        log = cls(store, session)
        await log.append(e.SessionCreated(session=session))
        return log

    async def append(self, *events: e.DurableEvent, sync: bool = False) -> None:
        for event in events:
            self.seq += 1
            event.seq, event.at = self.seq, 1_700_000_000_000
            if isinstance(event, e.TurnStarted | e.TurnEnded):
                running = event.turn_id if isinstance(event, e.TurnStarted) else None
                self.session = msgspec.structs.replace(self.session, updated_at=self.seq, turn_id=running)
        await self.store.append(self.session, events, sync=sync)

    async def append_singly(self, count: int) -> None:
        for _ in range(count):
            await self.append(small_event())


def turn(number: int, prompt: str, answer: str) -> list[e.DurableEvent]:
    turn_id, said = f"trn_{number:024}", message(number, "assistant", [])
    part_id = f"prt_{number:024}"
    return [
        e.TurnStarted(turn_id=turn_id, kind="chat", model="local/qwen"),
        e.MessageAdded(message=message(number, "user", [TextPart(id=f"prp_{number:024}", text=prompt)])),
        e.MessageAdded(message=said),
        e.PartStarted(message_id=said.id, part=TextPart(id=part_id, text="")),
        e.PartEnded(message_id=said.id, part=TextPart(id=part_id, text=answer)),
        e.MessageEnded(message_id=said.id, usage=Usage(1_000, 500), cost=None, finish_reason="stop"),
        e.TurnEnded(turn_id=turn_id, stop_reason="endTurn", usage=Usage(1_000, 500), cost=None),
    ]


def message(number: int, role: Role, parts: list[TextPart]) -> Message:
    return Message(
        id=f"msg_{role[0]}{number:023}",
        session_id="ses_1",
        turn_id=f"trn_{number:024}",
        role=role,
        parts=list(parts),
        created_at=1_700_000_000_000,
    )


def small_event() -> e.DurableEvent:
    return e.PartStarted(message_id=f"msg_{0:024}", part=TextPart(id=f"prt_{0:024}", text=""))


def prose(characters: int) -> str:
    """Real text: a stretch of the standard library's, which is as dense as what models write."""
    begin = random.randrange(len(SOURCE) - characters)
    return SOURCE[begin : begin + characters]


SOURCE = "".join(file.read_text(errors="replace") for file in sorted(Path(os.__file__).parent.glob("[a-h]*.py")))


async def durations_ms(count: int, call: Callable[[], Awaitable[object]]) -> list[float]:
    """How long each call took, the shortest first."""
    durations: list[float] = []
    for _ in range(count):
        begun = time.perf_counter()
        await call()
        durations.append((time.perf_counter() - begun) * 1_000)
    return sorted(durations)


@asynccontextmanager
async def opened(directory: Path) -> AsyncIterator[SqliteStore]:
    store = await open_store(directory / "data")
    try:
        yield store
    finally:
        await store.close()


@contextmanager
def bare_database(directory: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(directory / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, payload BLOB)")
    yield connection
    connection.close()


async def insert(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO log (payload) VALUES (?)", (to_json(small_event()),))


if __name__ == "__main__":
    random.seed(1)
    sys.stdout.write(table(asyncio.run(measure())) + "\n")
