"""The bytes of a streamed response as they come; the three adapters read their SDK's response through it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Protocol

from sessiond.providers.base import ProviderError


class StreamedResponse(Protocol):
    """What the SDKs' `with_streaming_response` gives."""

    def iter_bytes(self, chunk_size: int | None = None) -> AsyncIterator[bytes]: ...


async def read_bytes(response: StreamedResponse, idle_timeout: float) -> AsyncGenerator[bytes, None]:
    """Yields the body, decompressed, one network read at a time.

    `idle_timeout` (seconds) must also be the read timeout of the request: the transport keeps the
    clock, which costs nothing per read. Raises ProviderError when it runs out, and the SDK's or
    httpx2's own exceptions for everything else (`errors.from_exception` translates those).
    """
    from httpx2 import ReadTimeout  # noqa: PLC0415 - the SDK has imported it by now; start-up must not

    try:
        async for chunk in response.iter_bytes():
            yield chunk
    except ReadTimeout as error:
        raise went_silent(idle_timeout) from error


async def next_read(chunks: AsyncIterator[bytes], patience: float | None) -> bytes | None:
    """The next of `read_bytes`; None at the end.

    `patience` is None while the response goes on. Once it has ended it says how many seconds the
    rest may take: some servers never close, and whatever ails the connection then, the answer is whole.
    """
    if patience is None:
        return await anext(chunks, None)
    from httpx2 import HTTPError  # noqa: PLC0415 - see `read_bytes`

    try:
        async with asyncio.timeout(patience):
            return await anext(chunks, None)
    except (TimeoutError, HTTPError, ProviderError):
        return None


def went_silent(seconds: float) -> ProviderError:
    """The error of a provider that has sent no byte for this long."""
    return ProviderError(
        "providerUnavailable",
        f"The provider sent nothing for {seconds:g} seconds. Try again, or raise `timeouts.idle` in the configuration.",
        retryable=True,
    )


def broke_off() -> ProviderError:
    """The error of a stream that ended without its terminal event; no call of it may run."""
    return ProviderError(
        "providerUnavailable", "The provider's answer broke off before its end. Try again.", retryable=True
    )
