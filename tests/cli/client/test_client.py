"""The client of the commands and what engines may do to it: answer, refuse, leave, die, and say what makes no sense."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from sessiond.cli.client.client import Client
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import SessionParams
from sessiond_protocol.serving.lifecycle import StopParams, StopResult
from support.client.played_engine import PlayedEngine, PlayedEngines, client_of_played

ENGINE_LOST = "The engine ended before it had answered. What it had recorded is kept. `sessiond logs` may say why."

UNKNOWN_METHOD = {"code": -32601, "message": "there is no method", "data": {"kind": "invalidRequest", "near": []}}


def stop(client: Client) -> "asyncio.Task[StopResult]":
    """Some request."""
    return asyncio.create_task(client.call("server/stop", StopParams(), StopResult))


async def greeted(engines: PlayedEngines) -> PlayedEngine:
    engine = await engines.next()
    await engine.greet()
    return engine


async def answer(engine: PlayedEngine, turns: int) -> None:
    await engine.say(id=(await engine.asked("server/stop"))["id"], result={"turns": turns})


async def failure(call: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> tuple[str, str]:
    """Kind and message."""
    with pytest.raises(RpcError) as caught:
        await call
    return caught.value.data["kind"], caught.value.message


async def test_a_request_is_answered_by_the_engine_that_was_reached_first() -> None:
    async with client_of_played() as (client, engines):
        first, second = stop(client), stop(client)
        engine = await greeted(engines)
        await answer(engine, 1)
        await answer(engine, 2)

        assert (await first, await second) == (StopResult(1), StopResult(2))
        assert engines.started_by == [None]


async def test_what_an_engine_that_leaves_has_not_begun_is_asked_of_the_next_one_by_its_word() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        leaving = await greeted(engines)
        await leaving.asked("server/stop")
        await leaving.say(method="link/leaving", params={"successor": {"version": "2", "command": ["new", "engine"]}})
        leaving.end()

        await answer(await greeted(engines), 3)

        assert await call == StopResult(3)
        assert engines.started_by == [None, ["new", "engine"]]


async def test_that_an_engine_leaves_is_read_even_where_it_cannot_be_written_to_any_more() -> None:
    async with client_of_played() as (client, engines):
        first = stop(client)
        leaving = await greeted(engines)
        await answer(leaving, 1)
        await first
        await leaving.say(method="link/leaving", params={})
        leaving.end()

        second = stop(client)
        await answer(await greeted(engines), 2)

        assert await second == StopResult(2)


async def test_an_engine_that_dies_costs_its_requests_and_the_next_one_is_there_for_the_next() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        dying = await greeted(engines)
        await dying.asked("server/stop")
        dying.end()
        assert await failure(call) == ("engineLost", ENGINE_LOST)

        again = stop(client)
        await answer(await greeted(engines), 4)

        assert await again == StopResult(4)


async def test_an_engine_that_is_gone_before_it_has_welcomed_anybody_has_begun_nothing() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        (await engines.next()).end()

        await answer(await greeted(engines), 5)

        assert await call == StopResult(5)


async def test_engines_that_all_leave_at_once_are_given_up() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        for _ in range(3):
            (await engines.next()).end()

        assert (await failure(call))[0] == "engineLost"


async def test_an_engine_that_refuses_is_quoted() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        engine = await engines.next()
        await engine.say(method="link/refused", params={"kind": "engineUnavailable", "message": "Too many clients."})
        engine.end()

        assert await failure(call) == ("engineUnavailable", "Too many clients.")


async def test_the_kind_of_an_error_counts_even_where_its_code_is_not_known() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        engine = await greeted(engines)
        error = {"code": 4711, "message": "It rains.", "data": {"kind": "weather"}}
        await engine.say(id=(await engine.asked("server/stop"))["id"], error=error)

        assert await failure(call) == ("weather", "It rains.")


async def test_an_engine_that_is_older_than_the_command_is_said_to_be() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        engine = await engines.next()
        await engine.greet("0.0.1")
        await engine.say(id=(await engine.asked("server/stop"))["id"], error=UNKNOWN_METHOD)

        assert (await failure(call))[1].startswith(
            "The engine that runs is sessiond 0.0.1 and does not know server/stop. `sessiond restart` ends it "
        )


async def test_a_result_of_another_form_is_said_to_be_none() -> None:
    async with client_of_played() as (client, engines):
        call = asyncio.create_task(client.call("session/get", SessionParams("ses_1"), Session))
        engine = await greeted(engines)
        await engine.say(id=(await engine.asked("session/get"))["id"], result={"id": 7})

        kind, message = await failure(call)

        assert kind == "internal"
        assert message.startswith("The engine's answer to session/get is none that is known here: ")


async def test_a_request_that_is_given_up_is_cancelled_and_its_answer_counts() -> None:
    async with client_of_played() as (client, engines):
        given_up = asyncio.Event()
        call = asyncio.create_task(client.call("server/stop", StopParams(), StopResult, given_up=given_up))
        engine = await greeted(engines)
        request = await engine.asked("server/stop")

        given_up.set()
        assert (await engine.next())["params"] == {"id": request["id"]}
        await engine.say(id=request["id"], result={"turns": 6})

        assert await call == StopResult(6)


@pytest.mark.parametrize("said", [b"Content-Length: 4\r\n\r\nnope", b"Oh: no\r\n\r\n", b"Content-Length: 2\r\n\r\n[]"])
async def test_an_engine_that_says_what_is_no_message_is_left_since_it_may_have_been_an_answer(said: bytes) -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        engine = await greeted(engines)
        await engine.write(said)

        kind, message = await failure(call)
        again = stop(client)
        await answer(await greeted(engines), 8)

        assert kind == "internal"
        assert message.startswith("The engine said what is no message: ")
        assert await again == StopResult(8)


async def test_what_an_engine_asks_is_answered_and_what_means_nothing_here_is_dropped() -> None:
    async with client_of_played() as (client, engines):
        call = stop(client)
        engine = await greeted(engines)
        request = await engine.asked("server/stop")

        await engine.say(id="unasked", result={})
        await engine.say(method="link/of/the/future", params=[])
        await engine.say(method="session/event", params="nonsense")
        await engine.say(id="sessiond:1", method="editor/diagnostics", params={})
        refused = await engine.next()
        await engine.say(id=request["id"], result={"turns": 7})

        assert (refused["id"], refused["error"]["code"]) == ("sessiond:1", -32601)
        assert await call == StopResult(7)
