"""Servers that ask too much: a person is not buried in questions, and no more is paid for than can be of use."""

import asyncio
from pathlib import Path

import pytest

from sessiond.mcp.base import Sampled, Sampling, ServerFailed
from sessiond.mcp.supervision.link import MOST_SAMPLINGS, between_listings
from sessiond.mcp.supervision.running_call import MOST_OPEN_QUESTIONS, MOST_QUESTIONS
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.played.server import PlayedServer, config, hang
from support.mcp.played.supervised import User, call, ready, supervised, until

INQUIRY = Inquiry(source="MCP server played", message="Which one?")
SAMPLING = Sampling(system=None, messages=(), max_tokens=10)
ACCEPT, CANCEL = QuestionAnswer("accept"), QuestionAnswer("cancel")


async def test_of_many_questions_at_once_a_few_are_asked_and_the_rest_is_cancelled(tmp_path: Path) -> None:
    server, user = PlayedServer(), User()
    server.call = hang
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = asyncio.ensure_future(call(under_test, user=user))
        await until(lambda: server.newest.running)
        asking = [asyncio.ensure_future(server.newest.host.inquire(INQUIRY)) for _ in range(1000)]
        await until(lambda: sum(each.done() for each in asking) == 1000 - MOST_OPEN_QUESTIONS)
        user.answers.set()
        answers = await asyncio.gather(*asking)
        calling.cancel()
        await asyncio.wait({calling})

    assert len(user.asked) == MOST_OPEN_QUESTIONS
    assert sorted(answer.action for answer in answers) == sorted(
        ["accept"] * MOST_OPEN_QUESTIONS + ["cancel"] * (1000 - MOST_OPEN_QUESTIONS)
    )


async def test_a_call_that_asks_again_and_again_is_heard_so_often_only(tmp_path: Path) -> None:
    server, user = PlayedServer(), User()
    server.call = hang
    user.answers.set()
    async with supervised(server, tmp_path) as under_test:
        await ready(under_test)
        calling = asyncio.ensure_future(call(under_test, user=user))
        await until(lambda: server.newest.running)
        answers = [await server.newest.host.inquire(INQUIRY) for _ in range(MOST_QUESTIONS + 2)]
        calling.cancel()
        await asyncio.wait({calling})

    assert answers == [*[ACCEPT] * MOST_QUESTIONS, CANCEL, CANCEL]


async def test_a_server_waits_for_a_few_answers_of_a_model_at_a_time(tmp_path: Path) -> None:
    server, may_answer = PlayedServer(), asyncio.Event()

    async def slow(_: Sampling) -> Sampled:
        await may_answer.wait()
        return Sampled("Yes.", "a/model", "endTurn")

    server.sampler = slow
    async with supervised(server, tmp_path, given=config(sampling=True)) as under_test:
        await ready(under_test)
        host = server.newest.host
        asking = [asyncio.ensure_future(host.sample(SAMPLING)) for _ in range(MOST_SAMPLINGS)]
        await asyncio.sleep(0)
        with pytest.raises(ServerFailed, match="at a time"):
            await host.sample(SAMPLING)
        may_answer.set()

        assert [each.text for each in await asyncio.gather(*asking)] == ["Yes."] * MOST_SAMPLINGS
        assert (await host.sample(SAMPLING)).text == "Yes."


@pytest.mark.parametrize(("took", "waits"), [(0.001, 1.0), (0.5, 5.0), (29.0, 60.0)])
def test_lists_that_take_long_are_read_less_often(took: float, waits: float) -> None:
    assert between_listings(took) == waits
