"""One request and its answer, from an address that was looked at before; the body within a limit.

Called by `webfetch.py` for each step of a chain of redirects. Cancelled, it leaves no connection.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from sessiond import __version__
from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.addresses import Address
from sessiond.tools.web.urls import Target

if TYPE_CHECKING:
    from httpx2 import AsyncClient, Response

MAX_BODY = 5 * 1024 * 1024
"""Bytes of a page, unpacked: what a compressed one grows to counts."""
MAX_CONTENT_TYPE = 200
"""Characters; a longer one is cut, so that nothing that reads it can be kept busy."""
CONNECT_SECONDS = 8
"""For each address: the default time is enough to try three of a host that has a dead one."""
HEADERS = {
    "user-agent": f"sessiond/{__version__}",
    "accept": "text/markdown,text/html;q=0.9,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.5",
    "accept-encoding": "gzip",
}
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Answer(msgspec.Struct, frozen=True):
    """`location` is given for a redirect, whose body is not read; that of an error may be cut."""

    status: int
    content_type: str
    body: bytes
    location: str | None


async def exchange(target: Target, addresses: Sequence[Address], proxy: str | None) -> Answer:
    """GETs a page, directly at the addresses in turn, or through a proxy. Raises ToolFailed."""
    places = [target.url] if proxy else [target.at(str(address)) for address in addresses]
    reason = "it has no address"
    async with await asyncio.to_thread(_client, proxy) as client:
        import httpx2  # noqa: PLC0415 - `_client` has loaded it in its thread

        for place in places:
            try:
                return await _asked(client, target, place)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                reason = str(error) or f"no connection within {CONNECT_SECONDS} s"
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise ToolFailed(f"{target.url} could not be fetched: {error or type(error).__name__}.") from None
    raise ToolFailed(f"{target.host} cannot be reached: {reason}.")


def _client(proxy: str | None) -> "AsyncClient":
    """One for each host: a connection is never used for another name. Blocks for certificates and the import."""
    import httpx2  # noqa: PLC0415 - large, and few sessions fetch anything

    timeout = httpx2.Timeout(None, connect=CONNECT_SECONDS)
    try:
        return httpx2.AsyncClient(proxy=proxy, trust_env=False, timeout=timeout, follow_redirects=False)
    except (httpx2.InvalidURL, ValueError):
        raise ToolFailed("The environment names a proxy whose address is no URL.") from None


async def _asked(client: "AsyncClient", target: Target, place: str) -> Answer:
    headers = HEADERS | {"host": target.authority}
    request = client.build_request("GET", place, headers=headers, extensions={"sni_hostname": target.host})
    response = await client.send(request, stream=True)
    try:
        return await _answer(target, response)
    finally:
        await response.aclose()


async def _answer(target: Target, response: "Response") -> Answer:
    content_type = response.headers.get("content-type", "")[:MAX_CONTENT_TYPE]
    location = response.headers.get("location") if response.status_code in REDIRECTS else None
    if location is not None:
        return Answer(response.status_code, content_type, b"", location)
    failed = response.status_code >= 400
    length = response.headers.get("content-length", "")[:20]
    if length.isdecimal() and int(length) > MAX_BODY and not failed:
        raise _too_large(target, content_type, f"{int(length)} bytes")
    body = bytearray()
    async for piece in _pieces(target, response):
        body += piece
        if len(body) > MAX_BODY:
            if failed:
                break
            raise _too_large(target, content_type, f"more than {MAX_BODY} bytes")
    return Answer(response.status_code, content_type, bytes(body), None)


def _too_large(target: Target, content_type: str, size: str) -> ToolFailed:
    kind = content_type.partition(";")[0] or "of unknown type"
    return ToolFailed(f"{target.url} is too large: {kind}, {size}. At most {MAX_BODY} bytes are fetched.")


def _pieces(target: Target, response: "Response") -> AsyncIterator[bytes]:
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return response.aiter_raw()
    if encoding not in ("gzip", "x-gzip"):
        raise ToolFailed(f"{target.url} answers packed as {encoding[:40]!r}, which was not asked for.")
    return _unpacked(target, response.aiter_raw())


async def _unpacked(target: Target, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Never more at once than one byte past the limit, which ends it, however much a small piece stands for.

    One body may be several packed ones, one after the other (RFC 1952 section 2.2).
    """
    unpacker = None
    async for piece in pieces:
        packed = piece
        while packed:
            if unpacker is None or unpacker.eof:
                unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
            try:
                yield unpacker.decompress(packed, MAX_BODY + 1)
            except zlib.error as error:
                raise ToolFailed(f"{target.url} is packed in a way that cannot be read: {error}.") from None
            packed = unpacker.unused_data
    if unpacker is not None and not unpacker.eof:
        raise ToolFailed(f"{target.url} ended in the middle.")
