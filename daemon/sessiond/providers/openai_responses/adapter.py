"""OpenAI's Responses API and servers that speak it, through the official SDK.

The SDK keeps transport, auth and status errors; the stream is read as bytes by `reader.py`, which is
several times cheaper than the SDK's objects and sees a stream that broke off.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from sessiond.providers.base import ModelEvent, ModelRequest
from sessiond.providers.body import built
from sessiond.providers.event_stream import read_events
from sessiond.providers.openai_chat.client import build_client, custom_headers, is_genuine
from sessiond.providers.openai_responses.input import to_body
from sessiond.providers.openai_responses.reader import ResponsesReader
from sessiond.providers.sdk.client import SdkClient, prime

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI

CONNECT_TIMEOUT = 15.0
"""Seconds; the time between two reads is the request's idle timeout."""


class OpenAIResponses:
    def __init__(
        self, id: str, *, base_url: str | None, api_key: str | None, environment: Mapping[str, str] = os.environ
    ) -> None:
        """`environment` is the client's: its proxies, and what is meant for OpenAI alone."""
        self.id = id
        self._environment = environment
        self._base_url = base_url
        self._api_key = api_key
        self._client = SdkClient(self._build)

    async def warm(self) -> None:
        """See `Provider.warm`."""
        await self._client.get()

    async def close(self) -> None:
        """See `Provider.close`."""
        if client := await self._client.built():
            await client.close()

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        """See `Provider.stream`."""
        return read_events(self.id, lambda: self._open(request), ResponsesReader(self.id), request.idle_timeout)

    async def _open(self, request: ModelRequest) -> Any:
        client = await self._client.get()
        body = await built(request, lambda: to_body(self.id, request, genuine=is_genuine(self._base_url)))
        return self._send(client, body, request.idle_timeout)

    def _send(self, client: "AsyncOpenAI", body: dict[str, Any], idle_timeout: float) -> Any:
        """Sends the body as it is; through the SDK's own parameters it would walk the whole conversation."""
        from httpx2 import Timeout  # noqa: PLC0415 - the SDK has imported it by now

        return client.responses.with_streaming_response.create(
            model=body["model"],
            stream=True,
            extra_body=body,
            extra_headers=custom_headers(self._base_url, self._api_key, self._environment),
            timeout=Timeout(idle_timeout, connect=CONNECT_TIMEOUT),
        )

    def _build(self) -> "AsyncOpenAI":
        """Runs in a thread. One call against a canned answer loads what the SDK loads only at its first call."""
        asyncio.run(prime(self._rehearse))
        return build_client(self._base_url, self._api_key, self._environment)

    async def _rehearse(self, http: "AsyncClient") -> None:
        body = to_body(self.id, ModelRequest(model="none", system=(), messages=()), genuine=True)
        async with self._send(
            build_client(self._base_url, self._api_key, self._environment, http), body, 1.0
        ) as response:
            await response.read()
