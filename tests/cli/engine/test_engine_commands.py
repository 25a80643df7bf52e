"""`sessiond status`, `stop` and `restart`: they find the engine in the background, and name what it is at."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sessiond import __version__
from sessiond.owner.lock import owner_of
from support.command import SECONDS, sessiond, start_command
from support.daemon.background import background
from support.daemon.home import Home, a_home
from support.server.shared import Pipe


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with a_home(tmp_path) as home:
        home.idle = None
        home.configure()
        home.play({"waitFor": "go", "text": "Now."})
        yield home


def go(home: Home) -> None:
    """Ends the turns that run."""
    (home.place / "go").touch()


async def leaving(pipe: Pipe) -> None:
    """Waits until the engine knows that it is to end."""
    async with asyncio.timeout(SECONDS):
        while not (await pipe.request("server/status", id="status"))["result"]["leaving"]:
            pass


async def farewell(pipe: Pipe) -> tuple[Any, Any]:
    """The outcome of the turn that it waits for, and the last words, up to the end of the stream."""
    said = await pipe.rest()
    (outcome,) = [message["result"]["stopReason"] for message in said if message.get("id") == 7]
    assert said[-1]["method"] == "link/leaving"
    return outcome, said[-1]["params"]


async def test_where_no_engine_runs_the_commands_say_so_and_start_none(home: Home):
    none = f"No engine runs in the background for {home.data}. The next editor or command starts one.\n"

    assert await sessiond(home, "status") == (1, none, "")
    assert await sessiond(home, "status", "--json") == (1, "null\n", "")
    assert await sessiond(home, "stop") == (0, none, "")
    assert owner_of(os.fspath(home.data)) == {}


async def test_an_environment_that_is_no_text_and_a_directory_that_is_gone_hinder_nobody(home: Home):
    environment = home.environment() | {"ODD": os.fsdecode(b"a\xffb")}
    async with background(home):
        command = f"mkdir gone && cd gone && rmdir ../gone && exec {sys.executable} -P -m sessiond stop"
        shell = await asyncio.create_subprocess_shell(command, env=environment, cwd=home.place)
        assert await asyncio.wait_for(shell.wait(), SECONDS) == 0


async def test_status_shows_the_engine_and_each_client_but_itself(home: Home):
    async with background(home) as engine:
        await engine.client("Neovim\x1b[2J")
        shown = await sessiond(home, "status")
        told = json.loads((await sessiond(home, "status", "--json")).out)

        assert (shown.code, shown.err) == (0, "")
        assert f"engine    sessiond {__version__}, process {engine.pid}\n" in shown.out
        assert f"data      {home.data} (closed)\nsessions  0 in memory, no turn runs\n" in shown.out
        last = shown.out.splitlines()[-1]
        assert last.startswith("Neovim\\x1b[2J  -") and last.endswith(f" 0         {home.project}")
        assert (told["pid"], told["clients"], told["shared"], told["leaving"]) == (engine.pid, 2, True, False)
        assert [client["name"] for client in told["connected"]] == ["Neovim\\x1b[2J", "sessiond status"]


@pytest.mark.parametrize("command", ["stop", "restart"])
async def test_an_engine_with_a_turn_is_not_ended_unless_it_is_said_how(home: Home, command: str):
    async with background(home) as engine:
        pipe = await engine.chatting()
        before = engine.pid
        refused = await sessiond(home, command)

        (session,) = (await pipe.request("session/list", id=8))["result"]["sessions"]
        assert refused == (
            1,
            "",
            f"sessiond: 1 turn runs:\n  'What takes so long?' in {home.project} ({session['id']})\n"
            f"`sessiond {command} --wait` waits for the end, `sessiond {command} --now` does not.\n",
        )
        assert engine.pid == before


async def test_stop_now_aborts_the_turns_and_returns_when_the_next_engine_can_start(home: Home):
    async with background(home) as engine:
        pipe, before = await engine.chatting(), engine.pid
        assert await sessiond(home, "stop", "--now") == (0, "The engine has ended.\n", "")

        assert await farewell(pipe) == ("aborted", {"stopped": True})
        assert await sessiond(home, "restart") == (
            0,
            f"The engine is sessiond {__version__}, process {engine.pid}.\n",
            "",
        )
        assert engine.pid != before


async def test_stop_wait_waits_for_the_turns(home: Home):
    async with background(home) as engine:
        pipe = await engine.chatting()
        command = await start_command(home, "stop", "--wait")
        assert await command.line() == "It ends once no turn runs; 1 turn runs.\n"
        assert (await pipe.request("server/status", id=9))["result"]["leaving"] is True
        go(home)

        assert await command.done() == (0, "The engine has ended.\n", "")
        assert await farewell(pipe) == ("endTurn", {"stopped": True})


async def test_what_waits_in_a_queue_is_waited_for_as_well(home: Home):
    async with background(home) as engine:
        pipe = await engine.chatting()
        (session,) = (await pipe.request("session/list", id=8))["result"]["sessions"]
        queued = {"sessionId": session["id"], "text": "And then?", "whenBusy": "queue"}
        pipe.send({"id": 9, "method": "session/chat", "params": queued})
        command = await start_command(home, "stop", "--wait")
        await leaving(pipe)
        go(home)

        assert (await command.done()).code == 0
        said = await pipe.rest()
        outcomes = {message["id"]: message["result"]["stopReason"] for message in said if message.get("id") in (7, 9)}
        assert outcomes == {7: "endTurn", 9: "endTurn"}


async def test_restart_lets_another_engine_take_over_and_tells_the_clients_which(home: Home):
    async with background(home) as engine:
        pipe, before = await engine.chatting(), engine.pid
        command = await start_command(home, "restart", "--wait")
        await leaving(pipe)
        go(home)

        done = await command.done()
        assert done == (0, f"The engine is sessiond {__version__}, process {engine.pid}.\n", "")
        assert engine.pid != before
        outcome, word = await farewell(pipe)
        assert (outcome, word["successor"]["version"]) == ("endTurn", __version__)
        assert word["successor"]["command"][-2:] == ["sessiond", "engine"] and "stopped" not in word


async def test_restart_now_aborts_the_turns_and_still_names_the_successor(home: Home):
    async with background(home) as engine:
        pipe = await engine.chatting()
        assert (await sessiond(home, "restart", "--now")).code == 0

        outcome, word = await farewell(pipe)
        assert (outcome, word["successor"]["version"], "stopped" in word) == ("aborted", __version__, False)


@pytest.mark.parametrize(("on_disconnect", "outcome"), [("abort", "aborted"), ("finish", "endTurn")])
async def test_a_signal_ends_the_engine_and_its_turns_as_configured(home: Home, on_disconnect: str, outcome: str):
    home.config_file.write_text(f'on_disconnect = "{on_disconnect}"\n' + home.config_file.read_text())
    async with background(home) as engine:
        pipe = await engine.chatting()
        os.kill(engine.pid, signal.SIGTERM)
        if on_disconnect == "finish":
            await leaving(pipe)
            refused = await pipe.request("session/chat", {"text": "One more."}, id=8)
            assert refused["error"]["data"]["kind"] == "shuttingDown"
            go(home)

        assert await farewell(pipe) == (outcome, {"stopped": True})


async def test_an_engine_that_nobody_needs_ends_by_itself(home: Home):
    async with background(home) as engine:
        pipe = await engine.client()
        home.configure("[engine]\nidle = 0\n")
        pipe.send({"method": "link/ended", "params": {}})
        assert [message["method"] for message in await pipe.rest()][-1] == "link/ended"

        assert (await sessiond(home, "status")).code == 1
