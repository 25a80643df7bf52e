"""Streamable HTTP and its predecessor as transports of the SDK, over our own HTTP client. `connect.py` chooses.

Redirects are followed within the origin of the endpoint only, by the SDK.
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import httpx2
from mcp.client._transport import TransportStreams
from mcp.client.streamable_http import streamable_http_client

from sessiond.mcp.base import Remote
from sessiond.mcp.connection.life import Life
from sessiond.mcp.connection.remote.answers import MOST_BYTES
from sessiond.mcp.connection.remote.endpoint import Endpoint


@asynccontextmanager
async def streamable_http(place: Remote, auth: httpx2.Auth | None, life: Life) -> AsyncGenerator[TransportStreams]:
    """Its session is ended when it is left, where the server is still there."""
    async with (
        Endpoint(place, auth, life, answers_posts=True) as endpoint,
        streamable_http_client(place.url, http_client=endpoint, max_sse_event_size=MOST_BYTES) as streams,
    ):
        yield streams
