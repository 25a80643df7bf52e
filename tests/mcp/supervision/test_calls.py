"""Calls of a server: how long they may take, what ends them, and whom the server's questions go to."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sessiond.mcp.base import CallResult, Lost, Progress, Sampled, Sampling, ServerFailed, Text
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.played.server import Played, PlayedServer, config, hang
from support.mcp.played.supervised import BOUND, User, call, ready, supervised, until

INQUIRY = Inquiry(source="MCP server played", message="Which one?")
SAMPLING = Sampling(system=None, messages=(), max_tokens=10)


async def test_prompts_and_resources_are_had_like_results_of_tools(tmp_path: Path) -> None:
    async with supervised(PlayedServer(), tmp_path) as under_test:
        (message,) = await under_test.prompt("greet", {"name": "Ada"})
        (content,) = await under_test.read("file:///a")

        assert message.content == Text("greet: {'name': 'Ada'}")
        assert getattr(content, "text", None) == "what is at file:///a"


async def test_a_call_without_progress_is_cancelled_after_its_time(tmp_path: Path) -> None:
    server = PlayedServer()
    server.call = hang
    limits = config(call_timeout=100, call_timeouts={"echo": 0.01})
    async with supervised(server, tmp_path, given=limits) as under_test:
        with pytest.raises(ServerFailed) as caught:
            await call(under_test)

        assert (
            str(caught.value)
            == "MCP server played: The call of 'echo' was cancelled: there was no answer and no progress for 0.01 s."
        )
        assert server.newest.cancelled == ["echo"]
        assert under_test.status.state == "ready"


async def test_a_call_that_waits_for_the_user_to_log_in_is_not_too_late(tmp_path: Path) -> None:
    server = PlayedServer()

    async def wants_more_rights(connection: Played, _: dict[str, Any], __: Progress) -> CallResult:
        connection.host.wants_login("https://played.example/authorize")
        await passed(0.3)
        connection.host.wants_login(None)
        return CallResult((Text("allowed"),))

    server.call = wants_more_rights
    async with supervised(server, tmp_path, given=config(call_timeout=0.1)) as under_test:
        waiting = asyncio.ensure_future(call(under_test))
        await until(lambda: under_test.status.state == "needsAuth")
        offered = under_test.listing.tools

        assert await waiting == CallResult((Text("allowed"),))
        assert offered
        assert under_test.status.state == "ready"


async def test_progress_gives_a_call_its_whole_time_again(tmp_path: Path) -> None:
    server = PlayedServer()
    heard: list[float | None] = []

    async def progresses(_: Played, __: dict[str, Any], progress: Progress) -> CallResult:
        for step in range(6):
            await passed(0.05)
            progress("further", step, 6)
        return CallResult((Text("done"),))

    server.call = progresses
    async with supervised(server, tmp_path, given=config(call_timeout=0.2)) as under_test:
        result = await call(under_test, progress=lambda _, done, __: heard.append(done))

        assert (result, heard) == (CallResult((Text("done"),)), [0, 1, 2, 3, 4, 5])


async def test_progress_that_comes_after_the_end_is_not_told(tmp_path: Path) -> None:
    server = PlayedServer()
    kept: list[Progress] = []

    async def keeps(_: Played, __: dict[str, Any], progress: Progress) -> CallResult:
        kept.append(progress)
        return CallResult(())

    server.call = keeps
    heard: list[float | None] = []
    async with supervised(server, tmp_path) as under_test:
        await call(under_test, progress=lambda _, done, __: heard.append(done))
        kept[0]("late", 1, 1)

        assert heard == []


async def test_a_caller_that_is_cancelled_cancels_the_call_and_the_server_goes_on(tmp_path: Path) -> None:
    server = PlayedServer()
    server.call = hang
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = asyncio.ensure_future(call(under_test))
        await until(lambda: server.newest.running)
        calling.cancel()
        await asyncio.wait({calling}, timeout=BOUND)

        assert calling.cancelled()
        assert (server.newest.cancelled, under_test.status.state) == (["echo"], "ready")


async def test_a_server_that_dies_in_a_call_is_an_error_of_it_and_the_next_call_works(tmp_path: Path) -> None:
    server = PlayedServer()
    answers, server.call = server.call, hang
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = [asyncio.ensure_future(call(under_test)) for _ in range(3)]
        await until(lambda: len(server.newest.running) == 3)
        server.call = answers
        server.newest.lose("The process was ended by signal 9.")
        after = await call(under_test)
        failures = await asyncio.gather(*calling, return_exceptions=True)

        assert [(type(each), str(each)) for each in failures] == [
            (Lost, "MCP server played: The process was ended by signal 9.")
        ] * 3
        assert after == CallResult((Text("hi"),))
        assert (len(server.connections), len(server.open), under_test.restarts) == (2, 1, 1)


async def test_a_request_that_does_not_end_when_it_is_cancelled_holds_nobody_up(tmp_path: Path) -> None:
    server = PlayedServer()
    may_end = asyncio.Event()

    async def stubborn(*_: object) -> CallResult:
        while not may_end.is_set():
            try:
                await may_end.wait()
            except asyncio.CancelledError:
                continue
        return CallResult(())

    server.call = stubborn
    async with supervised(server, tmp_path, given=config(call_timeout=0.01)) as under_test:
        with pytest.raises(ServerFailed, match="no answer"):
            await call(under_test)
        may_end.set()


async def test_a_question_goes_to_the_call_it_belongs_to_and_stops_its_time(tmp_path: Path) -> None:
    server = PlayedServer()
    ada, ben = User(QuestionAnswer("accept", {"by": "ada"})), User(QuestionAnswer("accept", {"by": "ben"}))

    async def asks(connection: Played, _: dict[str, Any], __: Progress) -> CallResult:
        answer = await connection.host.inquire(INQUIRY)
        return CallResult((), structured=answer.content)

    server.call = asks
    async with supervised(server, tmp_path, given=config(call_timeout=0.05)) as under_test:
        await ready(under_test)
        first, second = (asyncio.ensure_future(call(under_test, user=user)) for user in (ada, ben))
        await until(lambda: ada.asked and ben.asked)
        await passed(0.15)
        ben.answers.set()
        ada.answers.set()

        assert [(await each).structured for each in (first, second)] == [{"by": "ada"}, {"by": "ben"}]
        assert (ada.asked, ben.asked) == ([INQUIRY], [INQUIRY])


async def test_a_question_from_nowhere_goes_to_the_newest_call_and_to_nobody_without_one(tmp_path: Path) -> None:
    server = PlayedServer()
    server.call = hang
    older, newer = User(), User()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        alone = await server.newest.host.inquire(INQUIRY)
        calls = [asyncio.ensure_future(call(under_test, user=user)) for user in (older, newer)]
        await until(lambda: len(server.newest.running) == 2)
        newer.answers.set()
        asked = await asyncio.wait_for(server.newest.host.inquire(INQUIRY), BOUND)
        await ended(calls)

        assert (alone, asked) == (QuestionAnswer("cancel"), QuestionAnswer("accept"))
        assert (older.asked, newer.asked) == ([], [INQUIRY])


async def test_a_question_is_withdrawn_when_its_call_ends(tmp_path: Path) -> None:
    server = PlayedServer()
    server.call = hang
    user = User()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = asyncio.ensure_future(call(under_test, user=user))
        await until(lambda: server.newest.running)
        asking = asyncio.ensure_future(server.newest.host.inquire(INQUIRY))
        await until(lambda: user.asked)
        server.newest.lose()

        assert await asking == QuestionAnswer("cancel")
        assert user.withdrawn == 1
        await ended([calling])


async def test_a_model_answers_for_a_server_only_where_the_settings_say_so(tmp_path: Path) -> None:
    server, allowed = PlayedServer(), PlayedServer()
    allowed.sampler = sampled
    async with (
        supervised(server, tmp_path) as refused,
        supervised(allowed, tmp_path, given=config(sampling=True)) as under_test,
    ):
        await ready(refused)
        await ready(under_test)
        with pytest.raises(ServerFailed, match="sampling = true"):
            await server.newest.host.sample(SAMPLING)

        assert await allowed.newest.host.sample(SAMPLING) == Sampled("Yes.", "a/model", "endTurn")


async def test_a_server_is_told_the_project_as_its_root(tmp_path: Path) -> None:
    server = PlayedServer()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)

        assert server.newest.host.roots() == ("file:///project",)


async def sampled(_: Sampling) -> Sampled:
    return Sampled("Yes.", "a/model", "endTurn")


async def passed(seconds: float) -> None:
    """So much of the time that calls are given."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()


async def ended(tasks: "list[asyncio.Future[Any]]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=BOUND)
