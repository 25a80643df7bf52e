"""Text of open parts: there after a crash, gone once the part is recorded, never in anybody's way."""

import time
from pathlib import Path

import pytest

from sessiond.storage.drafts import FLUSH_AFTER, DraftFile, Drafts
from sessiond.storage.sqlite import SqliteStore, open_store
from support.storage.stores import keep, said, session


async def test_text_is_kept_until_its_part_is_recorded(store: SqliteStore, directory: Path) -> None:
    draft, other = store.draft("ses_1", "prt_1"), store.draft("ses_1", "prt_2")
    assert not (directory / "drafts").exists()
    draft.append("Hello, ")
    other.append("…")
    draft.append("wörld")
    assert await store.drafts("ses_1") == {"prt_1": "Hello, wörld", "prt_2": "…"}
    draft.discard()
    assert await store.drafts("ses_1") == {"prt_2": "…"}
    draft.discard()
    draft.append("too late")
    other.discard()
    assert await store.drafts("ses_1") == {}
    assert list((directory / "drafts").iterdir()) == []


async def test_text_reaches_the_file_by_itself(store: SqliteStore, directory: Path) -> None:
    assert FLUSH_AFTER < 0.25, "at most 250 ms behind, as `base.Draft` promises"
    begun = time.monotonic()
    store.draft("ses_1", "prt_1").append("abc")
    file = directory / "drafts" / "ses_1" / "prt_1"
    while not (file.exists() and file.read_text() == "abc"):
        assert time.monotonic() - begun < 10, "bounded generously: other work may hold the machine"
    await store.close()


async def test_text_and_records_that_keep_coming_do_not_put_the_file_off(store: SqliteStore, directory: Path) -> None:
    row, draft, begun = await keep(store, session()), store.draft("ses_1", "prt_1"), time.monotonic()
    file, text = directory / "drafts" / "ses_1" / "prt_1", ""
    for seq in range(2, 1_000_000):
        draft.append(f"{seq} ")
        text += f"{seq} "
        await store.append(row, [said("recorded", seq=seq)])
        if file.exists():
            break
        assert time.monotonic() - begun < 10, "bounded generously: other work may hold the machine"
    assert text.startswith(file.read_text())
    await store.close()
    assert file.read_text() == text


async def test_closing_writes_what_is_not_yet_in_the_file(store: SqliteStore, directory: Path) -> None:
    await keep(store, session(turn_id="trn_1"))
    store.draft("ses_1", "prt_1").append("last words")
    await store.close()
    again = await open_store(directory)
    assert await again.drafts("ses_1") == {"prt_1": "last words"}
    await again.close()


async def test_a_start_sweeps_drafts_that_no_turn_needs(directory: Path) -> None:
    store = await open_store(directory)
    await keep(store, session("ended"))
    await keep(store, session("running", turn_id="trn_1"))
    for name in ("ended", "running", "deleted"):
        store.draft(name, "prt_1").append(name)
    await store.close()
    again = await open_store(directory)
    assert [await again.drafts(name) for name in ("ended", "running", "deleted")] == [{}, {"prt_1": "running"}, {}]
    await again.close()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("wörld".encode()[:2], "w"),
        ("a😀".encode()[:-1], "a"),
        (b"ab\0\0\0\0", "ab"),
        (b"\0" * 100, ""),
        (b"a\xffb", "a\ufffdb"),
        (b"", ""),
    ],
)
async def test_what_a_crash_tore_off_is_cut(store: SqliteStore, directory: Path, written: bytes, read: str) -> None:
    folder = directory / "drafts" / "ses_1"
    folder.mkdir(parents=True)
    (folder / "prt_1").write_bytes(written)
    assert await store.drafts("ses_1") == {"prt_1": read}


@pytest.mark.parametrize("name", ["..", ".", "../x", "a/b", "/etc/passwd", "", "a\0b", "x" * 300, "é", "-rf", "a\n"])
async def test_ids_that_are_no_plain_file_names_keep_no_draft(store: SqliteStore, directory: Path, name: str) -> None:
    for draft in (store.draft(name, "prt_1"), store.draft("ses_1", name)):
        draft.append("text")
    assert await store.drafts(name) == {}
    assert await store.drafts("ses_1") == {}
    await store.delete(name)
    for draft in (store.draft(name, "prt_1"), store.draft("ses_1", name)):
        draft.discard()
    await store.close()
    assert sorted(file.name for file in directory.iterdir()) == ["engine.lock", "sessions.db"]


async def test_a_disk_that_refuses_costs_the_draft_only(store: SqliteStore, directory: Path) -> None:
    (directory / "drafts").write_text("a file where the folder should be")
    draft = store.draft("ses_1", "prt_1")
    draft.append("text")
    assert await store.drafts("ses_1") == {}
    draft.append("more")
    draft.discard()
    await keep(store, session())
    assert await store.session("ses_1") == session()


def test_a_full_disk_keeps_a_prefix_of_the_text(small_disk: Path) -> None:
    woken: list[DraftFile] = []
    drafts = Drafts(small_disk / "drafts", woken.append)
    draft = drafts.open("ses_1", "prt_1")
    text = "".join(f"{number:07} " for number in range(200_000))
    for start in range(0, len(text), 100_000):
        draft.append(text[start : start + 100_000])
        for draft_ in woken:
            drafts.woken(draft_)
        woken.clear()
        drafts.flush()
    kept = drafts.read("ses_1")["prt_1"]
    assert 500_000 < len(kept) < 1_100_000
    assert text.startswith(kept)
    draft.discard()
    draft.flush()
    assert drafts.read("ses_1") == {}


def test_a_draft_wakes_the_writer_once_for_many_deltas(tmp_path: Path) -> None:
    woken: list[DraftFile] = []
    draft = Drafts(tmp_path, woken.append).open("ses_1", "prt_1")
    for _ in range(100):
        draft.append("x")
    assert woken == [draft]
    draft.flush()
    draft.append("y")
    assert woken == [draft, draft]
    draft.flush()
    assert (tmp_path / "ses_1" / "prt_1").read_text() == "x" * 100 + "y"
