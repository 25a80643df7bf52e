"""Lists of sessions: the newest first, page by page, whatever happens in between."""

from pathlib import Path

import pytest

from sessiond.storage.sqlite import SqliteStore
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Usage
from support.storage.stores import by_hand, created, database, keep, said, session


async def ids(store: SqliteStore, **wanted: object) -> list[str]:
    return [row.id for row in (await store.sessions(**wanted)).sessions]  # type: ignore[arg-type] # as a client would


async def test_a_session_is_what_was_last_appended_with_it(store: SqliteStore) -> None:
    row = await keep(store, session())
    assert await store.session(row.id) == row
    changed = session(title="New", usage=Usage(input=3), turn_id="trn_1", archived=True, model="a/b")
    await store.append(changed, [])
    assert await store.session(row.id) == changed
    assert await store.session("nobody") is None


async def test_the_most_recently_updated_come_first(store: SqliteStore) -> None:
    for name, updated in (("a", 3), ("b", 9), ("c", 5), ("d", 5)):
        await keep(store, session(name, updated_at=updated))
    assert await ids(store) == ["b", "d", "c", "a"]
    await store.append(session("a", updated_at=20), [])
    assert await ids(store) == ["a", "b", "d", "c"]


async def test_only_roots_of_the_directory_that_are_not_archived_are_listed(store: SqliteStore) -> None:
    await keep(store, session("root"))
    await keep(store, session("elsewhere", directory="/other"))
    await keep(store, session("child", parent_id="root"))
    await keep(store, session("old", archived=True))
    assert await ids(store) == ["elsewhere", "root"]
    assert await ids(store, directory="/project") == ["root"]
    assert await ids(store, parent_id="root") == ["child"]
    assert await ids(store, archived=True) == ["old"]
    assert await ids(store, directory="/nowhere") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 50])
async def test_pages_show_every_session_once(store: SqliteStore, limit: int) -> None:
    names = [f"ses_{number}" for number in range(7)]
    for number, name in enumerate(names):
        await keep(store, session(name, updated_at=number // 3))
    seen: list[str] = []
    cursor = None
    while True:
        page = await store.sessions(limit=limit, cursor=cursor)
        seen += [row.id for row in page.sessions]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == names[::-1]


@pytest.mark.parametrize("cursor", ["", "x", "é", "AAAA", "MS4y" * 2, "Zm9v", "9" * 5_000])
async def test_a_cursor_that_no_page_gave_is_a_callers_error(store: SqliteStore, cursor: str) -> None:
    await keep(store, session())
    with pytest.raises(RpcError) as error:
        await store.sessions(cursor=cursor)
    assert error.value.code == -32602
    assert error.value.data == {"kind": "invalidRequest", "field": "cursor"}


async def test_sessions_whose_turn_was_cut_off_are_found(store: SqliteStore) -> None:
    await keep(store, session("idle"))
    running = await keep(store, session("running", turn_id="trn_1"))
    child = await keep(store, session("child", turn_id="trn_2", parent_id="running", archived=True))
    assert await store.running() == [child, running]


async def test_a_damaged_row_shows_what_its_columns_tell(store: SqliteStore, directory: Path) -> None:
    row = await keep(store, session(updated_at=8, turn_id="trn_1", model="a/b"))
    by_hand(directory, "UPDATE sessions SET payload = 'garbage'")
    told = session(created_at=8, updated_at=8, turn_id="trn_1")
    assert (await store.sessions()).sessions == [told]
    assert await store.session(row.id) == told
    assert await store.running() == [told]


async def test_an_idempotency_key_keeps_its_first_value_until_the_session_is_deleted(store: SqliteStore) -> None:
    assert await store.remember_key("key", "ses_1") == "ses_1"
    assert await store.remember_key("key", "ses_2") == "ses_1"
    await keep(store, session("ses_1"))
    await store.delete("ses_1")
    assert await store.remember_key("key", "ses_3") == "ses_3"


async def test_a_deleted_session_leaves_nothing(store: SqliteStore, directory: Path) -> None:
    kept = await keep(store, session("kept"))
    await keep(store, session("gone", title="secret plans"), said("secret plans"))
    store.draft("gone", "prt_1").append("secret")
    await store.drafts("gone")
    await store.delete("gone")
    assert await store.session("gone") is None
    assert await store.events("gone") == []
    assert await store.drafts("gone") == {}
    assert not (directory / "drafts" / "gone").exists()
    assert await ids(store, search="secret") == []
    assert await store.events("kept") == [created(kept)]
    await store.delete("gone")
    await store.close()
    assert b"secret plans" not in database(directory).read_bytes()


async def test_a_session_made_anew_under_an_old_id_begins_with_nothing(store: SqliteStore) -> None:
    row = await keep(store, session())
    await store.delete(row.id)
    await keep(store, row)
    assert await store.events(row.id) == [created(row)]
