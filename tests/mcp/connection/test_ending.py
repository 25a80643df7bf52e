"""How connections to processes begin and end: however they do, in a failure with its reason, and nothing is left."""

import asyncio
import sys
from pathlib import Path

import pytest

from sessiond.mcp.base import CallResult, Lost, ServerFailed, Stdio, Text
from sessiond.mcp.connection.connect import connect
from support.mcp.host import RememberingHost, configured, unheard
from support.mcp.odd.launch import odd, odd_config

WANTS_INITIALIZE = """
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if message["method"] == "initialize":
        initialized = True
        result = {"protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": {"name": "strict", "version": "1"}}
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
    elif "initialized" not in globals():
        sys.exit("expected initialize")
"""


async def failure_of(place: Stdio) -> ServerFailed:
    with pytest.raises(ServerFailed) as failed:
        async with connect(configured(place), RememberingHost()):
            raise AssertionError
    return failed.value


@pytest.mark.parametrize("habit", ["exits-at-once", "dies-in-initialize"])
async def test_a_server_that_ends_at_once_fails_with_what_it_said(habit: str) -> None:
    failure = await failure_of(odd(habit))

    assert isinstance(failure, Lost)
    assert str(failure) == "The server ended with exit code 1: Error: TOKEN is not set."


async def test_a_program_that_is_not_there_is_named() -> None:
    failure = await failure_of(Stdio(command=("/no/such/program",), cwd="/", env={}))

    assert "/no/such/program" in str(failure)


async def test_a_program_that_is_no_server_is_told_from_one() -> None:
    failure = await failure_of(Stdio(command=("/bin/cat",), cwd="/", env={}))

    assert str(failure).startswith("The server did not answer initialize as an MCP server does: ")


async def test_a_server_that_wants_initialize_first_gets_it(tmp_path: Path) -> None:
    script = tmp_path / "strict.py"
    script.write_text(WANTS_INITIALIZE)
    place = Stdio(command=(sys.executable, "-S", str(script)), cwd=str(tmp_path), env={})
    async with connect(configured(place), RememberingHost()) as connection:
        assert connection.identity.title == "strict"


async def test_opening_can_be_cancelled() -> None:
    host = RememberingHost()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5), connect(odd_config("hangs-in-initialize"), host):
            raise AssertionError
    assert host.reasons == []


@pytest.mark.parametrize("habit", ["crashes", "closes-stdout"])
async def test_every_call_of_a_connection_that_has_ended_fails_with_the_reason(habit: str) -> None:
    host = RememberingHost()
    async with connect(odd_config(habit), host) as connection:
        with pytest.raises(Lost) as first:
            await connection.call("echo", {}, unheard)
        with pytest.raises(Lost) as second:
            await connection.call("echo", {}, unheard)

    assert host.reasons == [str(first.value)] == [str(second.value)]


async def test_who_uses_a_connection_is_not_disturbed_by_its_end() -> None:
    host = RememberingHost()
    async with connect(odd_config(), host) as connection:
        with pytest.raises(Lost):
            await connection.call("die", {}, unheard)
        await asyncio.sleep(0)
        task = asyncio.current_task()
        assert task is not None and task.cancelling() == 0


async def test_leaving_is_no_loss_and_ends_waiting_calls() -> None:
    host, started = RememberingHost(), asyncio.Event()
    async with connect(odd_config(), host) as connection:
        call = asyncio.create_task(connection.call("progress", {"steps": 9, "seconds": 3600}, lambda *_: started.set()))
        await started.wait()
    with pytest.raises(Lost):
        await call
    assert host.reasons == []


async def test_many_calls_run_at_once() -> None:
    async with connect(odd_config(), RememberingHost()) as connection:
        results = await asyncio.gather(*(connection.call("echo", {"text": str(n)}, unheard) for n in range(100)))

    assert results == [CallResult((Text(str(n)),)) for n in range(100)]


async def test_what_it_does_not_have_is_not_asked_for() -> None:
    async with connect(odd_config(), RememberingHost()) as connection:
        listing = await connection.listing()

    assert [tool.name for tool in listing.tools] == ["echo", "die", "big", "slow", "progress", "where", "change"]
    assert (listing.prompts, listing.resources) == ((), ())
