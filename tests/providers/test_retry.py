"""A failed call is tried again as the provider asks, within bounds, seen by the user, and only before output."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from sessiond.providers.base import Finished, ModelEvent, ModelRequest, ProviderError, TextDelta, UsageReported
from sessiond.providers.errors.retry_after import from_headers, from_text
from sessiond.providers.retry import delay, stream_with_retries
from sessiond_protocol.messages import Usage

CASES = Path(__file__).parent.parent / "cases"
ROWS = [json.loads(line) for line in (CASES / "retry_delay.jsonl").read_text("utf-8").splitlines()]
REQUEST = ModelRequest(model="m", system=(), messages=())
BUSY = ProviderError("overloaded", "busy", retryable=True, retry_after=0.001)
GREETING: list[ModelEvent] = [TextDelta("Hi"), Finished("stop")]


def with_dates(headers: dict[str, str]) -> dict[str, str]:
    offsets = {"<now+20s as HTTP-date>": 20, "<now-5s as HTTP-date>": -5}
    return {
        name: formatdate(time.time() + offsets[value], usegmt=True) if value in offsets else value
        for name, value in headers.items()
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_wait_is_what_the_headers_ask(row: dict[str, Any]):
    milliseconds = delay(row["attempt"], from_headers(with_dates(row["headers"]))) * 1000
    expect = row["expect"]
    low, high = expect.get("delay_ms_between", (0, expect.get("delay_ms_max", 0)))
    if "delay_ms" in expect:
        assert milliseconds == pytest.approx(expect["delay_ms"])
    else:
        assert low <= milliseconds <= high


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Please try again in 11.054s.", 11.054),
        ("try again in 1m2.5s", 62.5),
        ("Please retry after 20 seconds.", 20),
        ("retry in 450ms", 0.45),
        ("try again in 2 minutes", 120),
        ("try again later", None),
        ("your 3 s clip failed", None),
    ],
)
def test_the_wait_is_read_from_a_sentence(text: str, seconds: float | None):
    assert from_text(text) == (None if seconds is None else pytest.approx(seconds))


class Flaky:
    """A provider that plays one script a call: events, and errors to raise."""

    id = "flaky"

    def __init__(self, *scripts: list[ModelEvent | ProviderError]) -> None:
        self.scripts = list(scripts)
        self.calls = 0

    async def warm(self) -> None: ...

    async def close(self) -> None: ...

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        script = self.scripts[min(self.calls, len(self.scripts) - 1)]
        self.calls += 1
        for step in script:
            if isinstance(step, ProviderError):
                raise step
            yield step


async def play(provider: Flaky, max_attempts: int = 5, max_wait: float = 60.0):
    """Returns the events, the waits announced and the error."""
    events: list[ModelEvent] = []
    waits: list[tuple[int, ProviderError]] = []

    def on_wait(attempt: int, seconds: float, error: ProviderError) -> None:
        assert seconds > 0
        waits.append((attempt, error))

    stream = stream_with_retries(provider, REQUEST, max_attempts=max_attempts, max_wait=max_wait, on_wait=on_wait)
    try:
        async with aclosing(stream) as steps:
            async for event in steps:
                events.append(event)
    except ProviderError as error:
        return events, waits, error
    return events, waits, None


async def test_a_call_that_fails_before_output_is_tried_again():
    provider = Flaky([BUSY], [UsageReported(Usage(input=1)), BUSY], GREETING)
    assert await play(provider) == ([UsageReported(Usage(input=1)), *GREETING], [(1, BUSY), (2, BUSY)], None)


async def test_a_call_that_fails_after_output_is_not():
    provider = Flaky([TextDelta("Hi"), BUSY])
    assert await play(provider) == ([TextDelta("Hi")], [], BUSY)


async def test_an_error_that_would_come_again_is_raised_at_once():
    refused = ProviderError("invalidRequest", "no")
    assert await play(Flaky([refused])) == ([], [], refused)


async def test_the_last_error_is_raised_after_the_last_attempt():
    provider = Flaky([BUSY])
    assert await play(provider, max_attempts=3) == ([], [(1, BUSY), (2, BUSY)], BUSY)
    assert provider.calls == 3


async def test_a_provider_that_asks_for_too_long_is_not_waited_for():
    later = ProviderError("rateLimited", "later", retryable=True, retry_after=100.0)
    assert await play(Flaky([later]), max_wait=60.0) == ([], [], later)


async def test_a_wait_ends_at_once_when_it_is_cancelled():
    waiting = asyncio.Event()
    later = ProviderError("rateLimited", "later", retryable=True, retry_after=50.0)

    async def run() -> None:
        stream = stream_with_retries(
            Flaky([later]), REQUEST, max_attempts=2, max_wait=60.0, on_wait=lambda *_: waiting.set()
        )
        async with aclosing(stream) as steps:
            async for _ in steps:
                pass

    task = asyncio.create_task(run())
    await waiting.wait()
    task.cancel()
    started = time.monotonic()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 0.5
