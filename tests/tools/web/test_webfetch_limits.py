"""Pages that are too large, too slow, or not wanted any more; and pages made to keep the reader busy."""

import asyncio
import gzip
from pathlib import Path

import pytest

from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.exchange import MAX_BODY
from sessiond.tools.web.webfetch import WebFetch
from support.tools.scope import run_tool, tool_scope
from support.tools.web import fetch, response, serving

UNENDING = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n"


async def test_a_body_past_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="is too large: text/plain, 5242881 bytes"):
        await fetch(tmp_path, lambda path: response(b"x" * (MAX_BODY + 1)))


async def test_a_small_answer_that_unpacks_to_much_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(b"x" * (MAX_BODY * 20))
    with pytest.raises(ToolFailed, match="is too large"):
        await fetch(tmp_path, lambda path: response(bomb, content_encoding="gzip"))


async def test_a_body_that_never_ends_is_left_at_the_limit(tmp_path: Path) -> None:
    async with serving(lambda path: UNENDING, hang=True, endless=b"x" * 65536) as server:
        with pytest.raises(ToolFailed, match="is too large: text/plain, more than"):
            await run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=server.url)
        await asyncio.wait_for(server.left.wait(), 10)


async def test_an_error_whose_page_never_ends_is_told_by_its_status(tmp_path: Path) -> None:
    failing = UNENDING.replace(b"200 OK", b"500 Oops")
    async with serving(lambda path: failing, hang=True, endless=b"x" * 65536) as server:
        with pytest.raises(ToolFailed, match="HTTP status 500") as failure:
            await run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=server.url)
        await asyncio.wait_for(server.left.wait(), 10)
    assert len(str(failure.value)) < 2200


async def test_a_page_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    async with serving(lambda path: b"", hang=True) as server:
        with pytest.raises(ToolFailed, match=r"has not answered within 0\.2 s"):
            await run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=server.url, timeout=200)
        await asyncio.wait_for(server.left.wait(), 10)


async def test_a_page_that_stops_in_its_middle_is_given_up(tmp_path: Path) -> None:
    async with serving(lambda path: UNENDING + b"a beginning", hang=True) as server:
        with pytest.raises(ToolFailed, match=r"has not answered within 0\.3 s"):
            await run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=server.url, timeout=300)
        await asyncio.wait_for(server.left.wait(), 10)


async def test_an_abort_leaves_no_connection(tmp_path: Path) -> None:
    async with serving(lambda path: b"", hang=True) as server:
        fetching = asyncio.create_task(run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=server.url))
        await asyncio.wait_for(server.asked.wait(), 10)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching
        await asyncio.wait_for(server.left.wait(), 10)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=" + " " * 90_000, b"page"),
        ("/" * 90_000, b"page"),
        ("text/plain; charset=punycode", b"abc" * 300_000 + b"-" + b"a1b2c3" * 150_000),
        ("text/html", b"<title" * 17_000),
        ("text/html", b"<div>" * 200_000 + b"page"),
    ],
)
async def test_a_page_made_to_keep_the_reader_busy_does_not(tmp_path: Path, kind: str, body: bytes) -> None:
    """Any of these took longer than a test may once; what comes of them does not matter."""
    fetching = fetch(tmp_path, lambda path: response(body, kind))
    await asyncio.wait_for(asyncio.gather(fetching, return_exceptions=True), 10)
