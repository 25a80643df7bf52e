"""Who watches the list hears of every session that is made, changed or deleted, whatever does it, and no more."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from sessiond.app import Engine
from sessiond.session.exchange.document import written
from sessiond.session.manager import SessionManager
from sessiond.storage.base import StorageFailed
from sessiond.storage.sqlite import SqliteStore
from sessiond_protocol import events as e
from sessiond_protocol.course.branches import ForkParams, RevertParams
from sessiond_protocol.keeping.documents import ImportParams
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import ChatParams, CreateParams, ListParams, MessagesParams, UpdateParams
from sessiond_protocol.wire import to_json
from support.engine import engine_with
from support.storage.stores import by_hand
from support.storage.stores import session as a_session
from support.watching.picker import BOUND, Picker

ANSWER = {"text": "Hello.", "usage": {"input": 3, "output": 2}}


async def watching(engine: Engine, directory: str | None = None) -> Picker:
    picker = Picker()
    (await engine.sessions()).keeper.watchers.watch(picker, directory)
    return picker


async def chat(engine: Engine, session_id: str, text: str = "Hi") -> None:
    turn = await (await engine.sessions()).chat(ChatParams(session_id=session_id, text=text))
    await asyncio.wait_for(turn.result(), BOUND)


def as_told(session: Session) -> dict[str, Any]:
    return json.loads(to_json(session))


async def test_a_session_is_told_of_when_it_is_made_changed_and_deleted(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, picker = await engine.sessions(), await watching(engine)
        made = await sessions.create(CreateParams(title="Made"))
        assert picker.told == [(made.id, as_told(made))]

        updated = await sessions.update(UpdateParams(made.id, title="Named", archived=True))
        await picker.until(lambda: picker.last(made.id) == as_told(updated))

        await sessions.delete(made.id)
        assert picker.told[-1] == (made.id, None)


async def test_a_turn_is_told_of_when_it_begins_and_when_it_has_ended_with_what_it_used(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, picker = await engine.sessions(), await watching(engine)
        session = await sessions.create(CreateParams(title="Mine"))
        turn = await sessions.chat(ChatParams(session_id=session.id, text="Hi"))
        await turn.result()
        ended = await picker.until(lambda: used(picker.last(session.id)))
        assert ended == as_told(await sessions.get(session.id))
        turns = [row["turnId"] for _, row in picker.told if row]
        assert turns[0] is None and turns[-1] is None and {*turns} <= {None, turn.turn_id}


def used(row: dict[str, Any] | None) -> dict[str, Any] | None:
    return row if row and row["usage"].get("input") else None


async def test_forks_imports_and_children_are_told_of(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        old = await sessions.create(CreateParams())
        await chat(engine, old.id)
        picker = await watching(engine)

        fork = await sessions.forking.fork(ForkParams(old.id))
        child = await sessions.create(CreateParams(parent_id=old.id))
        far = a_session("ses_far")
        document = written([(far, [to_json(e.SessionCreated(session=far, seq=1, at=1))])])
        brought = await sessions.exchange.bring(ImportParams(document))

        assert picker.told == [(each.id, as_told(each)) for each in (fork, child, brought)]


async def test_a_session_goes_with_all_below_it(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        parent = await sessions.create(CreateParams())
        child = await sessions.create(CreateParams(parent_id=parent.id))
        picker = await watching(engine)
        await sessions.delete(parent.id)
        assert picker.told == [(child.id, None), (parent.id, None)]


async def test_what_is_taken_back_and_brought_again_agrees_with_the_list(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER, ANSWER]) as engine:
        sessions = await engine.sessions()
        session = await sessions.create(CreateParams())
        await chat(engine, session.id)
        picker = await watching(engine)
        first = (await sessions.messages(MessagesParams(session.id))).messages[0]
        await sessions.reverting.revert(RevertParams(session.id, first.id))
        await chat(engine, session.id, "Another way")
        now = as_told((await sessions.list(ListParams())).sessions[0])
        assert await picker.until(lambda: picker.last(session.id) == now)


async def test_retention_tells_what_it_deletes(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        old = await sessions.create(CreateParams())
        picker = await watching(engine)
        await sessions.old.remove([old])
        assert picker.told == [(old.id, None)]


async def test_a_title_that_comes_later_is_told_of(tmp_path: Path) -> None:
    config = 'small_model = "script/any"\n'
    steps = [ANSWER, {"expect": "Hi", "text": "A better title"}]
    async with engine_with(tmp_path, steps, config) as engine:
        picker = await watching(engine)
        turn = await (await engine.sessions()).chat(ChatParams(text="Hi there"))
        await turn.result()
        assert await picker.until(lambda: "A better title" in picker.titles())


async def test_only_sessions_of_the_directory_are_told_of_and_each_once(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        here, there = tmp_path / "here", tmp_path / "there"
        here.mkdir()
        there.mkdir()
        sessions, picker = await engine.sessions(), await watching(engine, f"{here}/")
        mine = await sessions.create(CreateParams(directory=str(here)))
        other = await sessions.create(CreateParams(directory=str(there)))
        assert [each for each, _ in picker.told] == [mine.id]

        sessions.keeper.watchers.watch(picker, None)
        await sessions.delete(mine.id)
        await sessions.delete(other.id)
        assert picker.told[1:] == [(mine.id, None), (other.id, None)]


async def test_a_watch_ends_by_its_directory_or_all_of_them_at_once(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        project = str(tmp_path / "project")
        sessions, one, all_of_them = await engine.sessions(), await watching(engine, project), await watching(engine)
        sessions.keeper.watchers.watch(all_of_them, project)
        sessions.keeper.watchers.unwatch(one, project)
        sessions.keeper.watchers.unwatch(all_of_them, project)
        await sessions.create(CreateParams(title="First"))
        sessions.keeper.watchers.unwatch(all_of_them, None)
        await sessions.create(CreateParams(title="Second"))
        assert (one.titles(), all_of_them.titles()) == ([], ["First"])


async def test_whoever_is_told_finds_it_so_at_once(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions = await engine.sessions()
        session = await sessions.create(CreateParams())
        eager = Eager(sessions)
        sessions.keeper.watchers.watch(eager, None)
        await sessions.update(UpdateParams(session.id, title="Named"))
        await sessions.delete(session.id)
        assert eager.titles() == [*eager.found] == ["Named", None]


class Eager(Picker):
    """Looks at the session itself whenever it is told."""

    def __init__(self, sessions: SessionManager) -> None:
        super().__init__()
        self.found: list[str | None] = []
        self._sessions = sessions

    def row(self, session_id: str, json: bytes | None) -> bool:
        self.found.append(self._title(session_id))
        return super().row(session_id, json)

    def _title(self, session_id: str) -> str | None:
        """Of a session in memory, which is given without anything awaited; None where the store is asked instead."""
        looking = self._sessions.get(session_id)
        try:
            looking.send(None)
        except StopIteration as found:
            return found.value.title
        looking.close()
        return None


async def test_what_could_not_be_recorded_is_not_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise StorageFailed("The disk is full.")

    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, picker = await engine.sessions(), await watching(engine)
        monkeypatch.setattr("sessiond.storage.event_log.append", full)
        with pytest.raises(StorageFailed):
            await sessions.create(CreateParams())
        monkeypatch.undo()
        kept = await sessions.create(CreateParams())
        assert [each for each, _ in picker.told] == [kept.id]


async def test_a_change_whose_writer_was_cancelled_is_told_of_all_the_same(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        picker = await watching(engine)
        row = a_session("ses_1")
        store = engine._store  # pyright: ignore[reportPrivateUsage] # nothing else lets go of a commit
        assert isinstance(store, SqliteStore)
        store.append(row, [e.SessionCreated(session=row, seq=1, at=1)]).cancel()
        assert await picker.until(lambda: picker.told) == [(row.id, as_told(row))]


async def test_damaged_rows_stop_nothing_and_their_deletion_is_told_to_all(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [ANSWER]) as engine:
        sessions, elsewhere = await engine.sessions(), await watching(engine, "/elsewhere")
        broken = await sessions.create(CreateParams())
        by_hand(tmp_path / "data", "UPDATE sessions SET payload = x'00', directory = x'ff' WHERE id = ?", broken.id)
        everything = await watching(engine)
        await sessions.update(UpdateParams(broken.id, title="Mended"))
        await everything.until(lambda: everything.titles() == ["Mended"])

        by_hand(tmp_path / "data", "UPDATE sessions SET payload = x'00', updated_at = 'x' WHERE id = ?", broken.id)
        store = engine._store  # pyright: ignore[reportPrivateUsage] # the keeper would mend the row first
        assert store
        await store.delete(broken.id)
        assert elsewhere.told == everything.told[1:] == [(broken.id, None)]
