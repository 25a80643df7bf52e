"""One thread writes for all: nobody pays for another's failure, and nobody waits for ever."""

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from sessiond.storage.base import SavedPermission, StorageFailed
from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol import events as e
from sessiond_protocol.messages import ReasoningPart
from sessiond_protocol.wire import to_json
from support.storage.stores import created, database, keep, refusal_of, said, session


async def test_many_sessions_append_at_once_and_each_keeps_its_order(store: SqliteStore) -> None:
    async def converse(number: int) -> None:
        row = await keep(store, session(f"ses_{number}"))
        for seq in range(2, 22):
            await store.append(row, [said(f"{number} {seq}", seq=seq)], sync=seq % 7 == 0)

    await asyncio.gather(*(converse(number) for number in range(40)))
    for number in range(40):
        expected = [created(session(f"ses_{number}")), *(said(f"{number} {seq}", seq=seq) for seq in range(2, 22))]
        assert await store.events(f"ses_{number}") == expected


async def test_one_bad_append_fails_alone(store: SqliteStore) -> None:
    rows = [await keep(store, session(f"ses_{number}")) for number in range(10)]
    events = [said("fine", seq=2) if number != 4 else said("a gap", seq=3) for number in range(10)]
    appends = (store.append(row, [event]) for row, event in zip(rows, events, strict=True))
    outcomes = await asyncio.gather(*appends, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [StorageFailed if number == 4 else list for number in range(10)]
    for number, row in enumerate(rows):
        assert len(await store.events(row.id)) == (1 if number == 4 else 2)


async def test_a_write_whose_caller_was_cancelled_is_still_made(store: SqliteStore) -> None:
    row = await keep(store, session())
    task = asyncio.ensure_future(store.append(row, [said("two", seq=2)]))
    await asyncio.sleep(0)
    task.cancel()
    assert await asyncio.gather(task, return_exceptions=True)
    await store.append(row, [said("three", seq=3)])
    assert len(await store.events(row.id)) == 3


async def test_a_disk_that_fills_up_keeps_what_it_had_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    filler = small_disk / "filler"
    store = await open_store(small_disk / "data")
    row = await keep(store, session())
    filler.write_bytes(b"x" * 300_000)
    kept = 1
    with pytest.raises(StorageFailed) as error:
        for seq in range(2, 2_000):
            await store.append(row, [said(f"{seq} " * 300, seq=seq)], sync=seq % 3 == 0)
            kept = seq
    assert refusal_of(error).startswith(f"The disk that holds {small_disk / 'data'} is full.")
    assert [event.seq for event in await store.events(row.id)] == list(range(1, kept + 1))
    filler.unlink()
    await store.append(row, [said("room again", seq=kept + 1)], sync=True)
    await store.close()
    again = await open_store(small_disk / "data")
    assert (await again.events(row.id))[-1] == said("room again", seq=kept + 1)
    await again.close()


async def test_another_programs_transaction_is_waited_for(store: SqliteStore, directory: Path) -> None:
    row = await keep(store, session())
    with closing(sqlite3.connect(database(directory), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        appending = asyncio.ensure_future(store.append(row, [said("two", seq=2)]))
        await asyncio.wait([appending], timeout=0.05)
        assert not appending.done()
        other.execute("ROLLBACK")
    assert await appending == [to_json(said("two", seq=2))]


async def test_closing_finishes_what_was_asked_for_and_refuses_the_rest(directory: Path) -> None:
    store = await open_store(directory)
    row = await keep(store, session())
    appends = [asyncio.ensure_future(store.append(row, [said("x", seq=seq)])) for seq in range(2, 200)]
    await asyncio.sleep(0)
    await store.close()
    assert len(await asyncio.gather(*appends)) == 198
    await store.close()
    for refused in (store.append(row, []), store.events(row.id), store.sessions(), store.drafts("x"), store.running()):
        with pytest.raises(StorageFailed, match="is closed"):
            await refused
    store.draft("ses_1", "prt_1").append("ignored")
    again = await open_store(directory)
    assert len(await again.events(row.id)) == 199
    await again.close()


async def test_the_log_of_writes_is_carried_into_the_database_and_stays_small(
    store: SqliteStore, directory: Path
) -> None:
    row = await keep(store, session())
    largest = 0
    for seq in range(2, 400):
        noise = ReasoningPart(id="prt_1", text=Random(seq).randbytes(20_000).hex())
        await store.append(row, [e.PartEnded(seq=seq, at=1, message_id="msg_1", part=noise)])
        largest = max(largest, Path(f"{database(directory)}-wal").stat().st_size)
    assert largest < 8 * 1024 * 1024
    assert len(await store.events(row.id)) == 399
    await store.close()
    assert sorted(file.name for file in directory.iterdir()) == ["engine.lock", "sessions.db"]


LEFT_OPEN = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from sessiond.storage.sqlite import open_store
from support.storage.stores import keep, said, session

async def main():
    store = await open_store(Path(sys.argv[1]))
    row = await keep(store, session(turn_id="trn_1"))
    for seq in range(2, 100):
        asyncio.ensure_future(store.append(row, [said("x", seq=seq)]))
    store.draft("ses_1", "prt_1").append("draft")
    await asyncio.sleep(0)
    raise RuntimeError("the loop dies")

asyncio.run(main())
"""


async def test_a_loop_that_dies_neither_hangs_the_process_nor_loses_what_was_queued(directory: Path) -> None:
    tests = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", LEFT_OPEN, str(directory), tests]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert ended.stderr.strip().endswith("RuntimeError: the loop dies")
    store = await open_store(directory)
    assert len(await store.events("ses_1")) == 99
    assert await store.drafts("ses_1") == {"prt_1": "draft"}
    await store.close()


async def test_saved_permissions_are_a_directorys_own_and_the_last_one_comes_last(store: SqliteStore) -> None:
    first = SavedPermission("rul_1", "/project", "read", "*", "allow")
    second = SavedPermission("rul_2", "/project", "edit", "*.py", "deny")
    await store.save_permission(first)
    await store.save_permission(second)
    await store.save_permission(SavedPermission("rul_3", "/other", "read", "*", "deny"))
    assert await store.saved_permissions("/project") == [first, second]
    changed = SavedPermission("rul_4", "/project", "read", "*", "deny")
    await store.save_permission(changed)
    assert await store.saved_permissions("/project") == [second, changed]
    await store.remove_permission("rul_2")
    await store.remove_permission("rul_2")
    assert await store.saved_permissions("/project") == [changed]
