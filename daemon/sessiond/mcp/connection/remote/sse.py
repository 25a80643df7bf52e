"""HTTP with SSE, the transport of 2024: answers come on one stream, and messages are posted to where it says.

A transport as the SDK has them. Its own one takes no event over 1 MiB, and lets those wait whose message was refused.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager
from typing import TypeAlias, cast

import anyio
import httpx2
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.client._transport import TransportStreams
from mcp.shared.message import SessionMessage
from mcp_types import INTERNAL_ERROR, ErrorData, JSONRPCError, JSONRPCRequest, jsonrpc_message_adapter
from pydantic import ValidationError

from sessiond.mcp.base import Lost, Remote, ServerFailed
from sessiond.mcp.connection.failures import MADE_HERE, invalid, network_reason
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.remote.answers import MOST_BYTES, error_of
from sessiond.mcp.connection.remote.endpoint import Endpoint

Incoming: TypeAlias = MemoryObjectSendStream[SessionMessage | Exception]
Outgoing: TypeAlias = MemoryObjectReceiveStream[SessionMessage]
Events: TypeAlias = AsyncGenerator[httpx2.ServerSentEvent]


@asynccontextmanager
async def sse(place: Remote, auth: httpx2.Auth | None, life: Life) -> AsyncGenerator[TransportStreams]:
    """Entered once the server has said where to post. Raises ServerFailed."""
    incoming, reading = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    writing, outgoing = anyio.create_memory_object_stream[SessionMessage](0)
    async with (
        incoming,
        reading,
        writing,
        outgoing,
        Endpoint(place, auth, life, answers_posts=False) as endpoint,
        _events(endpoint, place.url) as events,
        asyncio.TaskGroup() as group,
    ):
        target = await _target(httpx2.URL(place.url), events)
        receiving = group.create_task(_receive(events, incoming, life))
        posting = group.create_task(_post(endpoint, target, outgoing, incoming, life))
        try:
            yield reading, writing
        finally:
            receiving.cancel()
            posting.cancel()


@asynccontextmanager
async def _events(endpoint: Endpoint, url: str) -> AsyncGenerator[Events]:
    async with endpoint.stream("GET", url, headers={"Accept": "text/event-stream"}) as response:
        following = response.next_request
        if following is not None and _is_same_origin(following.url, response.request.url):
            async with _events(endpoint, str(following.url)) as events:
                yield events
            return
        if not response.is_success:
            raise ServerFailed(await error_of(response))
        source = httpx2.EventSource(response, max_event_size=MOST_BYTES)
        async with aclosing(cast(Events, aiter(source))) as events:
            yield events


def _is_same_origin(one: httpx2.URL, other: httpx2.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


async def _target(url: httpx2.URL, events: Events) -> httpx2.URL:
    """Where to post, which is the first thing that the server says."""
    try:
        async for event in events:
            if event.event == "endpoint":
                target = url.join(event.data)
                if not _is_same_origin(target, url):
                    raise ServerFailed(f"The server wants messages to be sent elsewhere, to {target.host}.")
                return target
    except httpx2.TransportError as error:
        raise Lost(f"The connection broke off: {network_reason(error)}.") from None
    raise Lost("The server closed the connection.")


async def _receive(events: Events, incoming: Incoming, life: Life) -> None:
    """Until the stream ends, and the connection with it."""
    async with incoming:
        try:
            async for event in events:
                if event.event == "message" and event.data:
                    await incoming.send(_message(event.data))
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            life.end(Lost(f"The connection broke off: {network_reason(error)}."))
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return  # nobody listens any more


def _message(data: str) -> SessionMessage | Exception:
    try:
        return SessionMessage(jsonrpc_message_adapter.validate_json(data, by_name=False))
    except ValidationError as error:
        return ValueError(invalid(error))


async def _post(endpoint: Endpoint, target: httpx2.URL, outgoing: Outgoing, incoming: Incoming, life: Life) -> None:
    async for sent in outgoing:
        message = sent.message
        response = await endpoint.post(target, json=message.model_dump(by_alias=True, mode="json", exclude_unset=True))
        if response.is_success:
            continue
        if response.status_code == 404:
            life.end(Lost("The server has ended the session."))
        if isinstance(message, JSONRPCRequest):
            error = ErrorData(code=INTERNAL_ERROR, message=await error_of(response), data=MADE_HERE)
            try:
                await incoming.send(SessionMessage(JSONRPCError(jsonrpc="2.0", id=message.id, error=error)))
            except (anyio.BrokenResourceError, anyio.ClosedResourceError):
                return  # nobody listens any more
