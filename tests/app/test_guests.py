"""One engine and many clients: each works by its own environment, directory and settings, on the same sessions."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sessiond.app import Engine
from sessiond.config.brought import Brought
from sessiond.guest import Guest
from sessiond.mcp.pool import Pool
from sessiond.owner.lock import FILE_NAME
from sessiond.session.turns.running import Turn
from sessiond_protocol.errors import RpcError
from sessiond_protocol.mcp import McpListParams
from sessiond_protocol.messages import TextPart, ToolPart
from sessiond_protocol.methods import ChatParams, ChatResult, MessagesParams
from support.engine import engine_with
from support.session_talk import bounded

ECHO: list[dict[str, Any]] = [
    {"expect": "Look", "toolCalls": [{"name": "bash", "arguments": {"command": "echo $MINE"}}]},
    {"text": "Done."},
]
ALLOWED = '[permission]\nbash = "allow"\n'


def guest_of(engine: Engine, directory: Path, settings: dict[str, Any] | None = None, **variables: str) -> Guest:
    """A client that differs from the engine's own in these variables."""
    return engine.guest(Brought(str(directory), {**engine.own.brought.environment, **variables}, settings))


@asynccontextmanager
async def engine_of(
    home: Path, steps: list[dict[str, Any]], config: str = ALLOWED
) -> AsyncIterator[tuple[Engine, Path]]:
    async with engine_with(home, steps, config) as engine:
        yield engine, home / "project"


async def chat(guest: Guest, text: str = "Look", **more: Any) -> ChatResult:
    turn = await (await guest.sessions()).chat(ChatParams(text=text, **more))
    assert isinstance(turn, Turn)
    return await bounded(turn.result())


async def output_of(guest: Guest, session_id: str) -> str:
    """The first line of what the newest tool call of a session has given."""
    page = await (await guest.sessions()).messages(MessagesParams(session_id))
    calls = [part for message in page.messages for part in message.parts if isinstance(part, ToolPart)]
    return (calls[-1].state.output or calls[-1].state.error or "").splitlines()[0]


async def test_a_shell_sees_the_environment_of_the_client_that_prompted(tmp_path: Path) -> None:
    async with engine_of(tmp_path, [*ECHO, *ECHO]) as (engine, project):
        left, right = guest_of(engine, project, MINE="left"), guest_of(engine, project, MINE="right")
        session_id = (await chat(left)).session_id
        assert await output_of(right, session_id) == "left"

        await chat(right, session_id=session_id)
        assert await output_of(left, session_id) == "right"


async def test_a_prompt_that_has_waited_is_worked_on_by_its_own_client_s_environment(tmp_path: Path) -> None:
    waiting = [{"text": "Wait", "play": [{"waitFor": "gate"}]}, *ECHO]
    async with engine_of(tmp_path, waiting) as (engine, project):
        left, right = guest_of(engine, project, MINE="left"), guest_of(engine, project, MINE="right")
        first = await (await left.sessions()).chat(ChatParams(text="Hi"))
        params = ChatParams(text="Look", session_id=first.session_id, when_busy="queue")
        queued = await (await right.sessions()).chat(params)
        right.leave()
        (tmp_path / "gate").touch()
        await bounded(queued.result())
        assert await output_of(left, first.session_id) == "right"


async def test_no_shell_sees_where_the_engine_is_met_whatever_its_client_says_of_that(tmp_path: Path) -> None:
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    (meeting / "engine.sock").touch()
    looking = """python3 -c 'import os; print(os.listdir(os.environ["MINE"]))'"""
    steps: list[dict[str, Any]] = [{"toolCalls": [{"name": "bash", "arguments": {"command": looking}}]}, *ECHO[1:]]
    async with engine_of(tmp_path, steps) as (engine, project):
        guest = guest_of(engine, project, MINE=str(meeting), SESSIOND_RUNTIME_DIR=str(tmp_path))
        await guest.sessions()
        lock = tmp_path / "data" / FILE_NAME
        lock.write_text(json.dumps(json.loads(lock.read_text()) | {"socket": str(meeting / "engine.sock")}))
        if (await guest.sandbox()).state == "none":
            pytest.skip("no sandbox can be made here")
        assert await output_of(guest, (await chat(guest)).session_id) == "[]"


async def test_each_client_has_its_own_directory_for_new_sessions(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    async with engine_of(tmp_path, [{"text": "One."}, {"text": "Two."}]) as (engine, project):
        here, there = guest_of(engine, project), guest_of(engine, other)
        ids = [(await chat(guest, "Hi")).session_id for guest in (here, there)]
        sessions = await here.sessions()
        assert [(await sessions.get(each)).directory for each in ids] == [str(project), str(other)]


async def test_a_session_is_worked_on_by_the_settings_of_its_own_project(tmp_path: Path) -> None:
    """The prompting client's window may be at another one."""
    other = tmp_path / "other"
    (other / ".sessiond").mkdir(parents=True)
    (other / ".sessiond" / "config.toml").write_text('[permission]\nbash = "deny"\n')
    async with engine_of(tmp_path, ECHO) as (engine, project):
        guest = guest_of(engine, project)
        result = await chat(guest, directory=str(other))
        assert "rules deny bash" in await output_of(guest, result.session_id)


async def test_settings_that_a_client_sends_are_its_own(tmp_path: Path) -> None:
    async with engine_of(tmp_path, [*ECHO, {"text": "Done."}]) as (engine, project):
        short, usual = guest_of(engine, project, {"max_steps": 1}), guest_of(engine, project)
        assert (await chat(short)).stop_reason == "maxSteps"
        assert (await chat(usual, "Hi")).stop_reason == "endTurn"


async def test_wrong_settings_of_one_client_hinder_no_other_and_no_reading(tmp_path: Path) -> None:
    async with engine_of(tmp_path, [{"text": "Hello."}]) as (engine, project):
        wrong, right = guest_of(engine, project, {"max_steps": 0}), guest_of(engine, project)
        session_id = (await chat(right, "Hi")).session_id
        with pytest.raises(RpcError, match="max_steps"):
            await wrong.configured()
        with pytest.raises(RpcError, match="max_steps"):
            await chat(wrong, "Hi", session_id=session_id)
        assert (await (await wrong.sessions()).get(session_id)).id == session_id


async def test_an_edited_settings_file_counts_with_the_next_prompt(tmp_path: Path) -> None:
    async with engine_of(tmp_path, [{"text": "Hello."}, *ECHO]) as (engine, project):
        guest = guest_of(engine, project)
        session_id = (await chat(guest, "Hi")).session_id
        file = tmp_path / "config.toml"
        file.write_text("max_steps = 1\n" + file.read_text())
        assert (await chat(guest, session_id=session_id)).stop_reason == "maxSteps"


async def test_a_turn_that_runs_while_its_settings_change_ends_well(tmp_path: Path) -> None:
    steps = [{"text": "So far", "play": [{"waitFor": "gate"}, {"text": " so good."}]}, {"text": "And again."}]
    async with engine_of(tmp_path, steps) as (engine, project):
        guest = guest_of(engine, project)
        turn = await (await guest.sessions()).chat(ChatParams(text="Hi"))
        file = tmp_path / "config.toml"
        file.write_text("max_steps = 7\n" + file.read_text())
        await guest.models(None)  # renews what the settings decide
        (tmp_path / "gate").touch()
        result = await bounded(turn.result())
        assert result.message is not None and result.stop_reason == "endTurn"
        assert [part.text for part in result.message.parts if isinstance(part, TextPart)] == ["So far so good."]
        assert (await chat(guest, "Go on", session_id=turn.session_id)).stop_reason == "endTurn"


MCP = f"[mcp.mine]\ncommand = [{sys.executable!r}, '-c', 'import sys; sys.exit(1)']\n"


async def test_clients_that_bring_the_same_share_mcp_servers_and_others_have_their_own(tmp_path: Path) -> None:
    async with engine_of(tmp_path, [], ALLOWED + MCP) as (engine, project):
        same, terminal = guest_of(engine, project), guest_of(engine, project, SHLVL="7", TERM_SESSION_ID="w1t2")
        other = guest_of(engine, project, MINE="other")
        pools = [(await guest.parts()).servers for guest in (engine.own, same, terminal, other)]
        assert pools[0] is pools[1] is pools[2] and pools[3] is not pools[0]
        requests, root = await other.mcp(None)
        assert [server.name for server in (await requests.list(McpListParams(), root)).servers] == ["mine"]


async def test_what_only_one_client_has_used_ends_after_it_has_left_but_not_under_a_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [{"text": "Wait", "play": [{"waitFor": "gate"}]}]
    async with engine_of(tmp_path, steps) as (engine, project):
        monkeypatch.setattr(engine._projects, "_kept_seconds", 0.01)
        guest = guest_of(engine, project, MINE="mine")
        servers = (await guest.parts()).servers
        turn = await (await guest.sessions()).chat(ChatParams(text="Hi"))
        ended = asyncio.Event()
        close = servers.close

        async def told_close() -> None:
            assert (await (await engine.sessions()).get(turn.session_id)).turn_id is None
            await close()
            ended.set()

        monkeypatch.setattr(servers, "close", told_close)
        guest.leave()
        guest.leave()
        (tmp_path / "gate").touch()
        await bounded(turn.result())
        await bounded(ended.wait())
        assert (await engine.own.parts()).servers is not servers


async def test_what_a_prompt_needs_that_was_left_over_by_a_client_ends_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: asyncio.Queue[Pool] = asyncio.Queue()

    async def told_close(pool: Pool) -> None:
        ended.put_nowait(pool)

    async with engine_of(tmp_path, []) as (engine, project):
        monkeypatch.setattr(engine._projects, "_kept_seconds", 0.01)
        monkeypatch.setattr(Pool, "close", told_close)
        guest = guest_of(engine, project, MINE="mine")
        guest.leave()
        servers = (await guest.parts()).servers
        assert await bounded(ended.get()) is servers


async def test_a_client_that_comes_back_finds_what_it_had(tmp_path: Path) -> None:
    async with engine_of(tmp_path, []) as (engine, project):
        guest = guest_of(engine, project, MINE="mine")
        before = await guest.parts()
        guest.leave()
        assert await guest_of(engine, project, MINE="mine").parts() is before
