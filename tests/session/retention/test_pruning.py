"""What is old goes when it is told to, and nothing else does; the disk gets its room back."""

import asyncio
import os
import time
from pathlib import Path

import msgspec

from sessiond.app import Engine
from sessiond.engine.identifiers import now
from sessiond.session.exchange.document import written
from sessiond_protocol import events as e
from sessiond_protocol.keeping.documents import ImportParams
from sessiond_protocol.keeping.pruning import PruneParams, PruneResult
from sessiond_protocol.messages import Message, Session, TextPart
from sessiond_protocol.methods import ChatParams, ListParams, SubscribeParams
from sessiond_protocol.wire import to_json
from support.engine import Listener, engine_with

BOUND = 10
DAY = 86_400_000


async def keep(
    engine: Engine, name: str, days: float, *, archived: bool = False, parent: str | None = None, text: str = ""
) -> str:
    """A session that was last changed so many days ago; with children, parents come first."""
    at = now() - round(days * DAY)
    session = Session(
        id=name, title=name, directory="/p", created_at=at, updated_at=at, archived=archived, parent_id=parent
    )
    part = TextPart(id="p", text=text)
    prompt = Message(id="m", session_id=name, turn_id="t", role="user", parts=[part], created_at=at)
    events: list[e.DurableEvent] = [e.SessionCreated(session=session), e.MessageAdded(message=prompt)]
    for seq, event in enumerate(events, 1):
        event.seq, event.at = seq, at
    document = written([(session, [to_json(event) for event in events])])
    return (await (await engine.sessions()).exchange.bring(ImportParams(document))).id


async def names(engine: Engine) -> list[str]:
    sessions = await engine.sessions()
    pages = [await sessions.list(ListParams(archived=archived)) for archived in (False, True)]
    return sorted(session.id for page in pages for session in page.sessions)


def gone(pruned: PruneResult) -> list[str]:
    return sorted(session.id for session in pruned.sessions)


async def test_without_a_word_only_what_the_settings_say_goes(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}], "[retention]\narchived_days = 30\n") as engine:
        await keep(engine, "archived", 31, archived=True)
        await keep(engine, "later", 29, archived=True)
        await keep(engine, "open", 400)
        assert gone(await (await engine.own.pruning()).prune(PruneParams())) == ["archived"]
        assert await names(engine) == ["later", "open"]


async def test_by_default_nothing_expires(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}]) as engine:
        await keep(engine, "archived", 4000, archived=True)
        await engine.expire()
        assert gone(await (await engine.own.pruning()).prune(PruneParams())) == []
        assert await names(engine) == ["archived"]


async def test_an_engine_that_starts_lets_archived_sessions_expire(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}], "[retention]\narchived_days = 30\n") as engine:
        await keep(engine, "archived", 31, archived=True)
        await keep(engine, "open", 31)
    async with engine_with(tmp_path, [{"text": "ok"}], "[retention]\narchived_days = 30\n") as engine:
        await engine.expire()
        assert await names(engine) == ["open"]


async def test_a_look_says_what_would_go_and_changes_nothing(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}]) as engine:
        await keep(engine, "old", 100)
        await keep(engine, "archived", 100, archived=True)
        pruning = await engine.own.pruning()
        assert gone(await pruning.prune(PruneParams(days=90, dry_run=True))) == ["archived", "old"]
        assert gone(await pruning.prune(PruneParams(days=90, dry_run=True, archived=True))) == ["archived"]
        assert await names(engine) == ["archived", "old"]


async def test_what_is_young_runs_or_is_listened_to_never_goes(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"hang": True}]) as engine:
        sessions = await engine.sessions()
        await keep(engine, "young", 0.9)
        await keep(engine, "parent", 100)
        await keep(engine, "child", 0.5, parent="parent")
        await keep(engine, "heard", 100)
        await sessions.subscribe(SubscribeParams("heard"), Listener())
        await keep(engine, "running", 100)
        turn = await sessions.chat(ChatParams(text="Go", session_id="running"))
        await keep(engine, "old", 100)
        await keep(engine, "its_child", 99, parent="old")

        assert gone(await (await engine.own.pruning()).prune(PruneParams(days=0))) == ["old"]

        assert await names(engine) == ["heard", "parent", "running", "young"]
        await sessions.abort("running")
        await asyncio.wait_for(turn.result(), BOUND)


async def test_the_database_shrinks_and_what_stays_can_still_be_read_and_found(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}]) as engine:
        for number in range(20):
            await keep(engine, f"old{number}", 100, text=f"{os.urandom(50_000).hex()} badger{number}")
        await keep(engine, "kept", 2, text="an otter")

        pruned = await (await engine.own.pruning()).prune(PruneParams(days=50))

        assert len(pruned.sessions) == 20
        assert pruned.before.database > 1_000_000
        assert pruned.after.database < 200_000
        sessions = await engine.sessions()
        assert [found.id for found in (await sessions.list(ListParams(search="otter"))).sessions] == ["kept"]
        assert (await sessions.list(ListParams(search="badger3"))).sessions == []
        turn = await sessions.chat(ChatParams(text="Still there?", session_id="kept"))
        assert (await asyncio.wait_for(turn.result(), BOUND)).stop_reason == "endTurn"


async def test_old_outputs_contents_and_logs_go_and_are_counted(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}]) as engine:
        pruning = await engine.own.pruning()
        logs = tmp_path / "data" / "log" / "mcp"
        outputs, contents = pruning.outputs.directory, tmp_path / "data" / "contents" / "ab"
        files = (
            (logs, "a.log", 31),
            (logs, "b.log", 29),
            (outputs, "c.txt", 8),
            (contents, "d", 8),
            (contents, "e", 6),
        )
        for folder, name, days in files:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(b"x" * 1000)
            os.utime(folder / name, (time.time() - days * 86_400,) * 2)

        pruned = await pruning.prune(PruneParams())

        assert pruned.files == 3
        assert (pruned.before.contents, pruned.after.contents) == (2000, 1000)
        assert (pruned.before.outputs, pruned.after.outputs) == (1000, 0)
        assert pruned.before.logs - pruned.after.logs == 1000
        assert (logs / "b.log").exists()


async def test_writes_that_come_while_the_database_shrinks_are_kept(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "ok"}]) as engine:
        pruning = await engine.own.pruning()
        made = [keep(engine, f"new{number}", 2) for number in range(10)]
        await asyncio.gather(pruning.store.shrink(), *made, pruning.store.shrink())
        assert len(await names(engine)) == 10
        assert msgspec.to_builtins((await pruning.prune(PruneParams(days=1.5, dry_run=True))).before)
