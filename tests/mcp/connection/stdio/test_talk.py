"""Ordinary and odd ways to speak: calls go on in spite of them."""

import asyncio

import pytest
from mcp import MCPError

from support.mcp.plain_client import connected
from support.mcp.recorded_host import RecordedHost

WORDS = "ä日本\U0001f600\r\n\u2028 words"


@pytest.mark.parametrize("habit", ["plain", "crlf", "byte-by-byte", "id-last", "leaves-grandchildren"])
async def test_calls_are_answered_however_the_bytes_come(habit: str) -> None:
    host = RecordedHost()

    async with connected(habit, 0 if habit == "byte-by-byte" else None, host=host) as server:
        assert [await server.call("echo", text=text) for text in (WORDS, "")] == [WORDS, ""]

    assert (host.logged, host.reasons) == ([], [])


async def test_junk_on_stdout_is_skipped_and_told_in_short() -> None:
    host = RecordedHost()

    async with connected("junk", host=host) as server:
        for number in range(50):
            assert await server.call("echo", text=str(number)) == str(number)

    assert host.logged[:3] == [
        "stdout: not a message: Starting up...",
        "stdout: not a message: \x1b[31mWarning:\x1b[0m {not json}",
        "stdout: not a message: [1, 2]",
    ]
    assert len(host.logged) < 30
    assert host.logged[-1].endswith("lines like these were left out")


async def test_bytes_that_are_not_utf8_are_replaced_in_an_answer() -> None:
    async with connected("breaks-utf8") as server:
        assert await server.call("echo", text="x") == "\ufffd\ufffdx"


async def test_many_calls_at_once_have_their_own_answers() -> None:
    async with connected() as server:
        texts = [str(number) * 100 for number in range(200)]

        assert await asyncio.gather(*(server.call("echo", text=text) for text in texts)) == texts


async def test_an_argument_of_ten_megabytes_goes_there_and_back() -> None:
    async with connected() as server:
        text = "0123456789" * 1_000_000

        assert await server.call("echo", text=text) == text


async def test_an_answer_that_is_too_long_fails_its_own_call_only() -> None:
    host = RecordedHost()

    async with connected(host=host) as server:
        slow = asyncio.create_task(server.call("slow", seconds=0.5))
        with pytest.raises(MCPError) as failed:
            await server.call("big", bytes=100_000_000)
        assert (await slow, await server.call("echo", text="x")) == ("after 0.5 s", "x")

    assert failed.value.error.message == "the answer has 100.0 MB, more than the 32 that are taken"
    assert (host.logged, host.reasons) == (["stdout: an answer has 100.0 MB, more than the 32 that are taken"], [])


async def test_so_does_one_that_says_last_what_it_answers() -> None:
    async with connected("id-last") as server:
        with pytest.raises(MCPError, match="more than the 32 that are taken"):
            await server.call("big", bytes=40_000_000)

        assert await server.call("echo", text="x") == "x"


async def test_a_cancelled_call_is_told_to_the_server_and_others_go_on() -> None:
    async with connected() as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await server.call("slow")

        assert await server.call("echo", text="x") == "x"


async def test_what_a_server_says_on_stderr_is_logged_a_line_at_a_time() -> None:
    host = RecordedHost()

    async with connected("floods-stderr", 3, host=host) as server:
        await server.call("echo", text="x")

    assert host.log_text.splitlines() == ["DEBUG something is being done somewhere"] * 3
