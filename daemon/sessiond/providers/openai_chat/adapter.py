"""Chat completions through the official SDK: OpenAI and every compatible server.

The SDK keeps transport, auth and status errors; the stream is read as bytes by `reader.py`, which is
several times cheaper than the SDK's objects and reads the odd streams that those get wrong.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from sessiond.providers.base import ModelEvent, ModelRequest, ProviderError
from sessiond.providers.body import built
from sessiond.providers.errors import from_exception
from sessiond.providers.openai_chat.client import build_client, custom_headers, is_genuine
from sessiond.providers.openai_chat.messages import to_chat_body
from sessiond.providers.openai_chat.reader import ChatReader
from sessiond.providers.raw_stream import next_read, read_bytes
from sessiond.providers.sdk.client import SdkClient, prime

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI

CONNECT_TIMEOUT = 15.0
"""Seconds; the time between two reads is the request's idle timeout."""
_OPTIONAL_FIELDS = ("stream_options", "temperature", "reasoning_content")
"""What a request can do without where a server or model refuses it by name."""


class OpenAIChat:
    def __init__(
        self, id: str, *, base_url: str | None, api_key: str | None, environment: Mapping[str, str] = os.environ
    ) -> None:
        """`environment` is the client's: its proxies, and what is meant for OpenAI alone."""
        self.id = id
        self._environment = environment
        self._base_url = base_url
        self._api_key = api_key
        self._client = SdkClient(self._build)
        self._refused: set[tuple[str, str]] = set()
        """(model, optional field) pairs that were answered with 400."""
        self._thinkers: set[str] = set()
        """Models that send `reasoning_content`, and so may want it back."""

    async def warm(self) -> None:
        """See `Provider.warm`."""
        await self._client.get()

    async def close(self) -> None:
        """See `Provider.close`."""
        if client := await self._client.built():
            await client.close()

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        """See `Provider.stream`."""
        if is_genuine(self._base_url) and not self._api_key:
            raise ProviderError("authRequired", f"{self.id} has no key. Give one with `sessiond auth add {self.id}`.")
        while True:
            try:
                client = await self._client.get()
                async with aclosing(self._events(client, request)) as events:
                    async for event in events:
                        yield event
                return
            except ProviderError:
                raise
            except Exception as error:  # the SDK lets errors of httpx2 through, besides its own
                failure = from_exception(self.id, error)
                if not self._can_do_without_refused(request.model, failure):
                    raise failure from error

    async def _events(self, client: "AsyncOpenAI", request: ModelRequest) -> AsyncGenerator[ModelEvent, None]:
        reader = ChatReader(self.id)
        body = await built(request, lambda: self._body(request))
        async with (
            self._send(client, body, request.idle_timeout) as response,
            aclosing(read_bytes(response, request.idle_timeout)) as chunks,
        ):
            while (chunk := await next_read(chunks, reader.patience)) is not None:
                for event in reader.feed(chunk):
                    yield event
        for event in reader.finish():
            yield event
        if reader.sends_reasoning_content:
            self._thinkers.add(request.model)
        if reader.failure:
            raise reader.failure

    def _body(self, request: ModelRequest) -> dict[str, Any]:
        model = request.model
        body = to_chat_body(
            self.id,
            request,
            genuine=is_genuine(self._base_url),
            return_reasoning=model in self._thinkers and (model, "reasoning_content") not in self._refused,
        )
        return {name: value for name, value in body.items() if (model, name) not in self._refused}

    def _can_do_without_refused(self, model: str, failure: ProviderError) -> bool:
        """Notes the optional field that a refusal names; true if the request is worth sending without it."""
        if failure.status not in (400, 422):
            return False
        named = {(model, field) for field in _OPTIONAL_FIELDS if field in (failure.detail or "")} - self._refused
        self._refused |= named
        return bool(named)

    def _send(self, client: "AsyncOpenAI", body: dict[str, Any], idle_timeout: float) -> Any:
        """Sends the body as it is; through the SDK's own parameters it would walk the whole conversation."""
        from httpx2 import Timeout  # noqa: PLC0415 - the SDK has imported it by now

        return client.chat.completions.with_streaming_response.create(
            model=body["model"],
            messages=[],
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
        client = build_client(self._base_url, self._api_key, self._environment, http)
        body = to_chat_body(self.id, ModelRequest(model="none", system=(), messages=()), genuine=True)
        async with self._send(client, body, 1.0) as response:
            await response.read()
