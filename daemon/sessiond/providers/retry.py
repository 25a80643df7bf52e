"""When a failed model call is tried again, and how long to wait. The engine's step streams through it.

Adapters and SDKs do not retry, so that every wait is bounded, seen by the user and ended by an abort.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from sessiond.providers.base import ModelEvent, ModelRequest, Provider, ProviderError, UsageReported

FIRST_WAIT = 2.0
LONGEST_WAIT = 30.0
"""Seconds; a provider that asks for longer is obeyed."""
_JITTER = 0.1
"""The share of a wait that may be added to it, so that many sessions do not come back at once."""


def delay(attempt: int, retry_after: float | None = None) -> float:
    """Seconds to wait after attempt number `attempt` (from 1) failed: what the provider asked, else doubling."""
    if retry_after is not None:
        return retry_after
    return min(FIRST_WAIT * 2 ** min(attempt - 1, 16), LONGEST_WAIT)


async def stream_with_retries(
    provider: Provider,
    request: ModelRequest,
    *,
    max_attempts: int,
    max_wait: float,
    on_wait: Callable[[int, float, ProviderError], None],
) -> AsyncGenerator[ModelEvent]:
    """Streams `request`, again and again while it fails before any output. Close it with `aclosing`.

    `on_wait(attempt, seconds, error)` is told before each wait; `attempt` is the one that failed.
    Raises the last ProviderError: when it is not retryable, output has been seen, `max_attempts`
    calls have failed, or the provider asks to wait longer than `max_wait` seconds.
    """
    attempt = 1
    while True:
        has_output = False
        try:
            async with aclosing(provider.stream(request)) as events:
                async for event in events:
                    has_output = has_output or not isinstance(event, UsageReported)
                    yield event
                return
        except ProviderError as error:
            too_long = error.retry_after is not None and error.retry_after > max_wait
            if has_output or not error.retryable or attempt >= max_attempts or too_long:
                raise
            seconds = delay(attempt, error.retry_after) * (1 + random.uniform(0, _JITTER))
            on_wait(attempt, seconds, error)
        await asyncio.sleep(seconds)
        attempt += 1
