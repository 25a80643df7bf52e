"""What is appended is what is read, whatever happens to the rows in between."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.storage.base import StorageFailed, Store
from sessiond.storage.schema import PAGE_SIZE
from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol import events as e
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import to_json
from support.event_strategies import LOGS, numbered
from support.storage.stores import by_hand, created, database, keep, refusal_of, said, session

DAMAGED = "Its row in the database is damaged."
MISSING = "Its row is missing from the database."


def test_every_event_is_read_as_it_was_written() -> None:
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as directory:
        store = runner.run(open_store(Path(directory)))
        number = iter(range(1_000_000))

        @settings(deadline=None, max_examples=150)
        @given(LOGS)
        def law(log: list[e.DurableEvent]) -> None:
            row = session(f"ses_{next(number)}")
            encoded = runner.run(appended(store, row, log))
            assert encoded == [to_json(event) for event in log]
            assert runner.run(store.events(row.id)) == log
            assert runner.run(store.encoded_events(row.id, 0, 1 << 20)) == encoded

        try:
            law()
        finally:
            runner.run(store.close())


async def appended(store: Store, row: Session, log: list[e.DurableEvent]) -> list[bytes]:
    return await store.append(row, log)


async def test_a_log_outlives_its_store(directory: Path) -> None:
    store = await open_store(directory)
    row = await keep(store, session(), said("é" * 20_000), said("short"))
    log = await store.events(row.id)
    await store.close()
    again = await open_store(directory)
    assert await again.events(row.id) == log == numbered([created(row), said("é" * 20_000), said("short")])
    await again.close()


async def test_events_are_read_from_any_number_on(store: SqliteStore) -> None:
    row = await keep(store, session(), *[said(str(number)) for number in range(600)])
    log = await store.events(row.id)
    assert [event.seq for event in log] == list(range(1, 602))
    for after in (0, 1, 255, 256, 257, 600, 601, 9_999):
        assert await store.events(row.id, after) == log[after:]


async def test_more_bytes_than_wanted_are_not_given(store: SqliteStore) -> None:
    row = await keep(store, session(), said("x" * 100_000))
    encoded = await store.encoded_events(row.id, 0, 1 << 20)
    assert encoded is not None
    size = sum(map(len, encoded))
    assert await store.encoded_events(row.id, 0, size) == encoded
    assert await store.encoded_events(row.id, 0, size - 1) is None


async def test_an_unknown_session_has_no_events(store: SqliteStore) -> None:
    assert await store.events("nobody") == []
    assert await store.encoded_events("nobody", 0, 10) == []


@pytest.mark.parametrize("seq", [0, 1, 2, 4, 2**40])
async def test_a_number_that_does_not_follow_is_refused_and_nothing_kept(
    store: SqliteStore, directory: Path, seq: int
) -> None:
    row = await keep(store, session(), said("one"))
    log = await store.events(row.id)
    with pytest.raises(StorageFailed) as error:
        await store.append(session(title="Another"), [said("x", seq=seq)])
    assert refusal_of(error) == (
        f"Event {seq} of session ses_1 cannot follow event 2, with which its log in {directory} ends; nothing was "
        "recorded. Restart sessiond. If it says so again, a row of that log is damaged: the conversation can still be "
        "read, but go on in a new session."
    )
    assert await store.events(row.id) == log
    assert await store.session(row.id) == row


async def test_what_is_no_json_is_refused_and_nothing_kept(store: SqliteStore) -> None:
    row = await keep(store, session())
    with pytest.raises(StorageFailed, match="cannot be written as JSON"):
        await store.append(row, [said("fine", seq=2), said("\ud800", seq=3)])
    assert await store.events(row.id) == [created(row)]


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"{",
        b"\x78\x01 not zlib",
        b"\xff\x00garbage",
        "text",
        7,
        b'{"type":"from.tomorrow","seq":3}',
        b'{"type":"part.ended","seq":3}',
        b'{"type":"event.lost","seq":9}',
        b'{"type":"event.lost","seq":3},{"type":"event.lost","seq":4}',
        b"[" * 5_000,
    ],
)
async def test_a_damaged_row_costs_that_row(store: SqliteStore, directory: Path, payload: object) -> None:
    row = await keep(store, session(), said("two", at=7), said("three"), said("four"))
    by_hand(directory, "UPDATE log SET payload = ? WHERE place & 0xFFFFFFFF = 3", payload)
    lost = e.EventLost(seq=3, at=7, reason=DAMAGED)
    assert await store.events(row.id) == numbered([created(row), said("two", at=7), lost, said("four")])
    encoded = [to_json(event) for event in (lost, said("four", seq=4))]
    assert (await store.encoded_events(row.id, 0, 1 << 20) or [])[2:] == encoded
    assert by_hand(directory, "SELECT payload FROM log WHERE place & 0xFFFFFFFF = 3") == [(payload,)]
    await store.append(row, [said("five", seq=5)])
    assert (await store.events(row.id))[-1] == said("five", seq=5)


async def test_a_missing_row_is_a_lost_event(store: SqliteStore, directory: Path) -> None:
    row = await keep(store, session(created_at=3), said("two"), said("three"), said("four"))
    by_hand(directory, "DELETE FROM log WHERE place & 0xFFFFFFFF IN (1, 3)")
    assert await store.events(row.id) == [
        e.EventLost(seq=1, at=3, reason=MISSING),
        said("two", seq=2),
        e.EventLost(seq=3, at=5, reason=MISSING),
        said("four", seq=4),
    ]


async def test_a_row_at_an_absurd_place_is_passed_over(store: SqliteStore, directory: Path) -> None:
    row = await keep(store, session(), said("two"), said("three"))
    by_hand(directory, "UPDATE log SET place = place + 2000000000 WHERE place & 0xFFFFFFFF = 3")
    assert await store.events(row.id) == numbered([created(row), said("two")])


async def test_a_page_that_cannot_be_read_costs_what_stood_on_it(directory: Path) -> None:
    store = await open_store(directory)
    logs = await some_logs(store)
    await store.close()
    smash_pages_with(directory, b'"id":"ses_7"')
    store = await open_store(directory)
    seventh = await store.events("ses_7") if await listed(store, "ses_7") else []
    assert not seventh or isinstance(seventh[0], e.EventLost)
    whole = [name for name, log in logs.items() if await listed(store, name) and await store.events(name) == log]
    assert len(whole) >= len(logs) - 6
    assert len((await store.sessions()).sessions) >= len(whole)
    await store.close()


async def test_an_absurd_place_behind_an_unreadable_page_costs_no_more_than_the_page(directory: Path) -> None:
    store = await open_store(directory)
    row = await keep(store, session(), *[said(f"number {number} " * 40) for number in range(100)])
    log = await store.events(row.id)
    await store.close()
    by_hand(directory, "UPDATE log SET place = place + 4000000000 WHERE place & 0xFFFFFFFF = 101")
    smash_pages_with(directory, b"number 50 ")
    store = await open_store(directory)
    found = await asyncio.wait_for(store.events(row.id), 30)
    lost = [event.seq for event in found if isinstance(event, e.EventLost)]
    assert 52 in lost
    assert len(lost) < 10
    assert [event for event in found if event.seq not in lost] == [
        event for event in log[:100] if event.seq not in lost
    ]
    await store.close()


async def listed(store: SqliteStore, session_id: str) -> bool:
    return session_id in [row.id for row in (await store.sessions()).sessions]


def smash_pages_with(directory: Path, text: bytes) -> None:
    """Overwrites the beginning of each page that has this text: none of its rows can be found any more."""
    content = bytearray(database(directory).read_bytes())
    for page in range(0, len(content), PAGE_SIZE):
        if text in content[page : page + PAGE_SIZE]:
            content[page : page + 8] = b"\xff" * 8
    database(directory).write_bytes(content)


async def some_logs(store: SqliteStore) -> dict[str, list[e.DurableEvent]]:
    """What 20 sessions have said."""
    rows = [session(f"ses_{number}") for number in range(20)]
    logs = {row.id: numbered([created(row), *(said(f"{row.id} {n} " * 40) for n in range(30))]) for row in rows}
    for row in rows:
        await store.append(row, logs[row.id])
    return logs


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_bytes_overwritten_anywhere_make_no_event_anything_but_itself_or_lost(random: "st.random.Random") -> None:
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(_read_after_damage(Path(place), random))


async def _read_after_damage(directory: Path, random: "st.random.Random") -> None:
    store = await open_store(directory)
    logs = await some_logs(store)
    await store.close()
    size = database(directory).stat().st_size
    with database(directory).open("r+b") as file:
        file.seek(random.randrange(0, size - 2_000))
        file.write(random.randbytes(1_500))
    try:
        store = await open_store(directory)
    except StorageFailed:  # the schema was hit
        return
    try:
        for session_id, log in logs.items():
            await _read_one(store, session_id, log)
    finally:
        await store.close()


async def _read_one(store: SqliteStore, session_id: str, log: list[e.DurableEvent]) -> None:
    try:
        events = await store.events(session_id)
    except StorageFailed:  # its row was hit, or the way there
        return
    for event, original in zip(events, log, strict=False):
        assert event == original or isinstance(event, e.EventLost)
