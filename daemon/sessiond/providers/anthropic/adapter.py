"""The Anthropic Messages API and servers that speak it, through the official SDK.

The SDK keeps transport, auth and status errors; the stream is read as bytes by `reader.py`, which is
several times cheaper than the SDK's objects and sees a stream that broke off.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING

from sessiond.providers.anthropic.messages import to_body
from sessiond.providers.anthropic.reader import MessagesReader
from sessiond.providers.base import ModelEvent, ModelRequest, ProviderError
from sessiond.providers.errors import from_exception
from sessiond.providers.raw_stream import read_bytes
from sessiond.providers.sdk_client import SdkClient, prime
from sessiond.providers.sse import SseDecoder

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic
    from httpx2 import AsyncClient, Timeout

BASE_URL = "https://api.anthropic.com"
CONNECT_TIMEOUT = 15.0
"""Seconds; the time between two reads is the request's idle timeout."""


class Anthropic:
    def __init__(self, id: str, *, base_url: str | None, api_key: str | None) -> None:
        self.id = id
        self._base_url = base_url or BASE_URL
        self._api_key = api_key or "none"
        self._client = SdkClient(self._build)

    async def warm(self) -> None:
        """See `Provider.warm`."""
        await self._client.get()

    async def close(self) -> None:
        """See `Provider.close`."""
        if client := await self._client.built():
            await client.close()

    async def stream(self, request: ModelRequest) -> AsyncIterator[ModelEvent]:
        """See `Provider.stream`."""
        try:
            client = await self._client.get()
            async with aclosing(self._events(client, request)) as events:
                async for event in events:
                    yield event
        except ProviderError:
            raise
        except Exception as error:  # the SDK lets errors of httpx2 and JSON through, besides its own
            raise from_exception(self.id, error) from error

    async def _events(self, client: "AsyncAnthropic", request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        decoder, reader = SseDecoder(), MessagesReader(self.id)
        create = client.messages.with_streaming_response.create
        async with create(**to_body(self.id, request), stream=True, timeout=_timeout(request)) as response:
            async with aclosing(read_bytes(response, request.idle_timeout)) as chunks:
                async for chunk in chunks:
                    for sse in decoder.feed(chunk):
                        for event in reader.read(sse.data):
                            yield event
            for sse in decoder.finish():
                for event in reader.read(sse.data):
                    yield event
        for event in reader.finish(decoder.stray):
            yield event

    def _build(self) -> "AsyncAnthropic":
        """Runs in a thread. One call against a canned answer loads what the SDK loads only at its first call."""
        from anthropic import AsyncAnthropic  # noqa: PLC0415 - takes two seconds, so not at start-up

        asyncio.run(prime(self._rehearse))
        return AsyncAnthropic(api_key=self._api_key, base_url=self._base_url, max_retries=0)

    async def _rehearse(self, http: "AsyncClient") -> None:
        from anthropic import AsyncAnthropic  # noqa: PLC0415 - see `_build`

        client = AsyncAnthropic(api_key="none", base_url=BASE_URL, max_retries=0, http_client=http)
        body = to_body(self.id, ModelRequest(model="none", system=("",), messages=()))
        async with client.messages.with_streaming_response.create(**body, stream=True) as response:
            await response.read()


def _timeout(request: ModelRequest) -> "Timeout":
    from httpx2 import Timeout  # noqa: PLC0415 - the SDK has imported it by now

    return Timeout(request.idle_timeout, connect=CONNECT_TIMEOUT)
