"""The address that a browser brings a login back to takes one right answer, whatever else comes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sessiond.mcp.base import ServerFailed
from sessiond.mcp.connection.oauth.loopback import MOST_BYTES, MOST_CONNECTIONS, Arrival, Loopback, loopback

ANSWER = "/callback?code=c%2F1&state=right"


@pytest.fixture
async def here() -> AsyncIterator[Loopback]:
    async with loopback([]) as listening:
        listening.expect("right")
        yield listening


async def raw(here: Loopback, request: str) -> str:
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", here.port)
        try:
            writer.write(request.encode())
            await writer.drain()
            return (await reader.read()).decode()
        finally:
            writer.close()


async def get(here: Loopback, target: str, method: str = "GET", host: str | None = None) -> tuple[int, str]:
    """The status and the page."""
    answer = await raw(here, f"{method} {target} HTTP/1.1\r\nHost: {host or f'127.0.0.1:{here.port}'}\r\n\r\n")
    head, _, page = answer.partition("\r\n\r\n")
    return int(head.split()[1]), page


async def test_the_right_answer_ends_the_wait(here: Loopback) -> None:
    status, page = await get(here, ANSWER + "&iss=https%3A%2F%2Fexample.com")

    assert (status, "You are logged in; you can close this window." in page) == (200, True)
    assert await here.arrival(10) == Arrival("c/1", "right", "https://example.com")


async def test_it_is_taken_once(here: Loopback) -> None:
    await get(here, ANSWER)

    assert (await get(here, "/callback?code=other&state=right"))[0] == 410
    assert await here.arrival(10) == Arrival("c/1", "right", None)


@pytest.mark.parametrize(
    ("target", "method", "host", "status"),
    [
        ("/favicon.ico", "GET", None, 404),
        ("/", "GET", None, 404),
        ("//[/callback?code=1&state=right", "GET", None, 404),
        ("/callback/?code=1&state=right", "GET", None, 404),
        (ANSWER, "POST", None, 405),
        (ANSWER, "HEAD", None, 405),
        (ANSWER, "GET", "example.com", 400),
        (ANSWER, "GET", "127.0.0.1:1", 400),
        ("/callback", "GET", None, 400),
        ("/callback?state=right", "GET", None, 400),
        ("/callback?code=1", "GET", None, 400),
        ("/callback?code=1&state=wrong", "GET", None, 400),
        ("/callback?error=access_denied&state=wrong", "GET", None, 400),
        ("/callback?code=1&code=2&state=right", "GET", None, 400),
        ("/callback?code=1&state=right&state=right", "GET", None, 400),
        ("/callback?" + "a=1&" * 30 + "code=1&state=right", "GET", None, 400),
        ("/callback?code=1&state=%ff%fe", "GET", None, 400),
    ],
)
async def test_what_is_no_answer_is_refused_and_the_wait_goes_on(
    here: Loopback, target: str, method: str, host: str | None, status: int
) -> None:
    assert (await get(here, target, method, host))[0] == status
    assert await here.arrival(0) is None

    assert (await get(here, ANSWER, host=f"localhost:{here.port}"))[0] == 200
    assert await here.arrival(10) == Arrival("c/1", "right", None)


@pytest.mark.parametrize("request_", ["\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\r\n\r\n"])
async def test_what_is_no_request_is_refused(here: Loopback, request_: str) -> None:
    assert (await raw(here, request_)).startswith("HTTP/1.1 400 ")


async def test_a_request_without_an_end_is_not_read_to_it(here: Loopback) -> None:
    with pytest.raises((ConnectionError, AssertionError)):
        assert await raw(here, "GET /callback HTTP/1.1\r\nHost: " + "a" * 4 * MOST_BYTES)


async def test_before_the_login_has_begun_there_is_no_right_answer() -> None:
    async with loopback([]) as early:
        assert (await get(early, "/callback?code=1&state="))[0] == 400


async def test_a_refusal_is_told_to_both_sides_and_nothing_in_it_is_obeyed(here: Loopback) -> None:
    description = "%3Cscript%3E%1B[2J" + "x" * 1000
    status, page = await get(here, f"/callback?error=access_denied&error_description={description}&state=right")

    assert (status, "access_denied: &lt;script&gt;\\x1b[2Jxxx" in page, len(page) < 700) == (200, True, True)
    with pytest.raises(ServerFailed, match=r"refused it \(access_denied: <script>\\x1b\[2Jx+…\)"):
        await here.arrival(10)


async def test_browsers_that_connect_and_say_nothing_hold_nobody_up(here: Loopback) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", here.port) for _ in range(MOST_CONNECTIONS - 1)]

    assert (await get(here, ANSWER))[0] == 200

    for _, writer in silent:
        writer.close()


async def test_a_port_that_is_taken_is_passed_over_and_given_back() -> None:
    async with loopback([]) as first, loopback([first.port]) as second:
        assert (first.port != second.port, second.uri) == (True, f"http://127.0.0.1:{second.port}/callback")
    async with loopback([first.port]) as again:
        assert again.port == first.port
