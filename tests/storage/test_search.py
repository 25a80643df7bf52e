"""Finding sessions by what was said in them."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiond.storage.sqlite import SqliteStore, open_store
from sessiond_protocol import events as e
from sessiond_protocol.messages import ReasoningPart
from support.storage.stores import asked, by_hand, keep, said, session


async def found(store: SqliteStore, words: str) -> list[str]:
    return sorted(row.id for row in (await store.sessions(search=words)).sessions)


@pytest.fixture
async def library(store: SqliteStore) -> SqliteStore:
    thought = e.PartEnded(message_id="m", part=ReasoningPart(id="r", text="hippopotamus"), at=1)
    await keep(store, session("river", title="A boat"), asked("Where does the Danube end?"), said("In the Black Sea."))
    await keep(store, session("code", title="Fix foo_bar"), asked("Why does read-only fail?"), said("naïve Größe 漢字"))
    await keep(store, session("other", title="A sea view"), asked("Nothing"), thought)
    return store


@pytest.mark.parametrize(
    ("words", "sessions"),
    [
        ("danube", ["river"]),
        ("DANUBE", ["river"]),
        ("boat", ["river"]),
        ("boat danube black", ["river"]),
        ("boat code", []),
        ("sea", ["other", "river"]),
        ("blac", ["river"]),
        ("blac sea", []),
        ("read-only", ["code"]),
        ("foo_bar", ["code"]),
        ("bar foo", ["code"]),
        ("naive", ["code"]),
        ("grosse", []),
        ("größe", ["code"]),
        ("GRÖSS", []),
        ("漢", ["code"]),
        ("hippopotamus", []),
        ("missing", []),
        ("", ["code", "other", "river"]),
        ("  ?! ", ["code", "other", "river"]),
        ('"', ["code", "other", "river"]),
        ('sea" OR "boat', []),
        ("sea*", ["other", "river"]),
        ("NOT sea", []),
        ("text:sea", []),
        ("sea\0boat", ["river"]),
    ],
)
async def test_every_word_must_be_there_and_the_last_may_go_on(
    library: SqliteStore, words: str, sessions: list[str]
) -> None:
    assert await found(library, words) == sessions


async def test_a_search_goes_with_the_other_conditions(library: SqliteStore) -> None:
    await keep(library, session("child", parent_id="river", title="deep sea"))
    await keep(library, session("old", archived=True, title="old sea"))
    await keep(library, session("far", directory="/far", title="far sea"))
    page = await library.sessions(search="sea", limit=2)
    assert [row.id for row in page.sessions] == ["far", "other"]
    rest = await library.sessions(search="sea", limit=2, cursor=page.next_cursor)
    assert ([row.id for row in rest.sessions], rest.next_cursor) == (["river"], None)
    assert [row.id for row in (await library.sessions(search="sea", parent_id="river")).sessions] == ["child"]
    assert [row.id for row in (await library.sessions(search="sea", archived=True)).sessions] == ["old"]
    assert [row.id for row in (await library.sessions(search="sea", directory="/far")).sessions] == ["far"]


async def test_a_new_title_takes_the_place_of_the_old_one(library: SqliteStore) -> None:
    await library.append(session("river", title="A ship"), [])
    assert await found(library, "boat") == []
    assert await found(library, "ship danube") == ["river"]


async def test_a_deleted_session_is_not_found(library: SqliteStore, directory: Path) -> None:
    await library.delete("river")
    assert await found(library, "danube") == []
    assert by_hand(directory, "SELECT count(*) FROM search WHERE search MATCH 'danube'") == [(0,)]


async def test_a_damaged_index_costs_the_search_and_no_conversation(store: SqliteStore, directory: Path) -> None:
    await keep(store, session("first", title="sea"))
    await store.close()
    by_hand(directory, "UPDATE search_data SET block = x'00'")
    again = await open_store(directory)
    row = await keep(again, session("second"), asked("sea"))
    assert len(await again.events(row.id)) == 2
    assert [listed.id for listed in (await again.sessions()).sessions] == ["second", "first"]
    await again.close()


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text(st.characters(), max_size=40)
    | st.lists(st.sampled_from('"*():^-+ANDORNEAR{}\0 ab'), max_size=30).map("".join)
)
async def test_no_input_makes_a_search_fail(library: SqliteStore, words: str) -> None:
    await found(library, words)


async def test_a_query_of_a_thousand_words_is_answered(library: SqliteStore) -> None:
    assert await found(library, "sea " * 1_000) == ["other", "river"]
    assert await found(library, " ".join(f"w{number}" for number in range(1_000))) == []
