"""Asks authorization servers what the SDK's login wants to know; only where a login may lead, and within bounds.

The addresses come from the server that wants the login, and the SDK would ask at any of them. Called by `login.py`.
"""

import httpx2

from sessiond.mcp.base import Lost, Remote, ServerFailed
from sessiond.mcp.connection.failures import network_reason
from sessiond.mcp.connection.remote.network import network_options
from sessiond.tools.web.addresses import literal

MOST_BYTES = 1_000_000
"""Metadata and tokens have a few thousand."""
SECONDS = 30.0


async def asked(request: httpx2.Request, place: Remote) -> httpx2.Response:
    """The whole answer, redirects not followed. Raises Lost: out of reach; ServerFailed: insecure, too large."""
    require_secure(request.url, httpx2.URL(place.url))
    way = network_options(place, str(request.url))
    try:
        async with httpx2.AsyncClient(timeout=SECONDS, **way) as client:
            response = await client.send(request, stream=True, follow_redirects=False)
            try:
                body = await _body(response)
            finally:
                await response.aclose()
    except httpx2.HTTPError as error:
        raise Lost(f"{_origin(request.url)} cannot be reached: {network_reason(error)}.") from error
    kind = {"Content-Type": response.headers.get("Content-Type", "application/json")}
    whole = httpx2.Response(response.status_code, headers=kind, content=body, request=request)
    whole.next_request = response.next_request
    return whole


def require_secure(url: httpx2.URL, server: httpx2.URL) -> None:
    """Raises ServerFailed unless it is https; plain http never leaves this machine, and only a server here names it."""
    if url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host) and is_loopback(server.host)):
        return
    raise ServerFailed(f"The login leads to {_origin(url)}, and that is not secure: only https is.")


def is_loopback(host: str) -> bool:
    addresses = literal(host)
    return bool(addresses) and all(address.is_loopback for address in addresses)


def _origin(url: httpx2.URL) -> str:
    return str(url.copy_with(userinfo=b"", path="/", query=None, fragment=None))


async def _body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise ServerFailed(f"{_origin(response.url)} answers with more than {MOST_BYTES:,} bytes.")
    return bytes(body)
