"""The Anthropic Messages API and servers that speak it, through the official SDK.

The SDK keeps transport, auth and status errors; the stream is read as bytes by `reader.py`, which is
several times cheaper than the SDK's objects and sees a stream that broke off.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from typing import TYPE_CHECKING, Any

from sessiond.providers.anthropic.messages import to_body
from sessiond.providers.anthropic.reader import MessagesReader
from sessiond.providers.base import ModelEvent, ModelRequest
from sessiond.providers.body import built
from sessiond.providers.event_stream import read_events
from sessiond.providers.sdk.client import SdkClient, custom_headers, http_client, prime

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic, Omit
    from httpx2 import AsyncClient

BASE_URL = "https://api.anthropic.com"
CONNECT_TIMEOUT = 15.0
"""Seconds; the time between two reads is the request's idle timeout."""


class Anthropic:
    def __init__(
        self, id: str, *, base_url: str | None, api_key: str | None, environment: Mapping[str, str] = os.environ
    ) -> None:
        """`environment` is the client's: its proxies, and `ANTHROPIC_CUSTOM_HEADERS`."""
        self.id = id
        self._environment = environment
        # The SDK adds `/v1/messages` itself; every other address in the configuration has its `/v1`.
        self._base_url = base_url.rstrip("/").removesuffix("/v1") if base_url else None
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
        return read_events(self.id, lambda: self._open(request), MessagesReader(self.id), request.idle_timeout)

    async def _open(self, request: ModelRequest) -> Any:
        client = await self._client.get()
        body = await built(request, lambda: to_body(self.id, request))
        return self._send(client, body, request.idle_timeout)

    def _send(self, client: "AsyncAnthropic", body: dict[str, Any], idle_timeout: float) -> Any:
        """Sends the body as it is; through the SDK's own parameters it would walk the whole conversation."""
        from httpx2 import Timeout  # noqa: PLC0415 - the SDK has imported it by now

        return client.messages.with_streaming_response.create(
            model=body["model"],
            max_tokens=body["max_tokens"],
            messages=[],
            stream=True,
            extra_body=body,
            extra_headers=self._custom_headers(),
            timeout=Timeout(idle_timeout, connect=CONNECT_TIMEOUT),
        )

    def _custom_headers(self) -> "dict[str, str | Omit]":
        """`ANTHROPIC_CUSTOM_HEADERS` may be secret, and is for Anthropic alone."""
        from anthropic import omit  # noqa: PLC0415 - see `_new_client`

        return custom_headers("ANTHROPIC_CUSTOM_HEADERS", {} if self._base_url else self._environment, omit)

    def _build(self) -> "AsyncAnthropic":
        """Runs in a thread. One call against a canned answer loads what the SDK loads only at its first call."""
        asyncio.run(prime(self._rehearse))
        return self._new_client(http_client(self._base_url or BASE_URL, self._environment))

    async def _rehearse(self, http: "AsyncClient") -> None:
        body = to_body(self.id, ModelRequest(model="none", system=(), messages=()))
        async with self._send(self._new_client(http), body, 1.0) as response:
            await response.read()

    def _new_client(self, http: "AsyncClient") -> "AsyncAnthropic":
        """A client without retries that takes key and place from nowhere but here; the registry decides on both."""
        from anthropic import AsyncAnthropic  # noqa: PLC0415 - takes two seconds, so not at start-up

        return AsyncAnthropic(
            api_key=self._api_key or "none",
            base_url=self._base_url or BASE_URL,
            max_retries=0,
            http_client=http,
        )
