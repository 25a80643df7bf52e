"""One request and its answer, from an address that was looked at before; the body within a limit.

Called by `webfetch.py` for each step of a chain of redirects. Cancelled, it leaves no connection.
"""

import zlib
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from sessiond import __version__
from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.addresses import Address
from sessiond.tools.web.urls import Target

if TYPE_CHECKING:
    from httpx2 import Response

MAX_BODY = 5 * 1024 * 1024
"""Bytes of a page, unpacked: what a compressed one grows to counts."""
MAX_ADDRESSES = 3
"""Of a host, tried one after the other."""
HEADERS = {
    "user-agent": f"sessiond/{__version__}",
    "accept": "text/markdown,text/html;q=0.9,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.5",
    "accept-encoding": "gzip",
}
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Answer(msgspec.Struct, frozen=True):
    """`location` is given for a redirect, whose body is not read."""

    status: int
    content_type: str
    body: bytes
    location: str | None


async def exchange(target: Target, addresses: Sequence[Address], proxy: str | None) -> Answer:
    """GETs a page, directly at the addresses in turn, or through a proxy. Raises ToolFailed."""
    import httpx2  # noqa: PLC0415 - large, and few sessions fetch anything

    places = [target.url] if proxy else [target.at(str(address)) for address in addresses[:MAX_ADDRESSES]]
    reason = "it has no address"
    async with httpx2.AsyncClient(proxy=proxy, trust_env=False, timeout=None, follow_redirects=False) as client:
        for place in places:
            headers = HEADERS | {"host": target.authority}
            request = client.build_request("GET", place, headers=headers, extensions={"sni_hostname": target.host})
            try:
                response = await client.send(request, stream=True)
                try:
                    return await _answer(target, response)
                finally:
                    await response.aclose()
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                reason = str(error) or type(error).__name__
            except httpx2.HTTPError as error:
                raise ToolFailed(f"{target.url} could not be fetched: {error or type(error).__name__}.") from None
    raise ToolFailed(f"{target.host} cannot be reached: {reason}.")


async def _answer(target: Target, response: "Response") -> Answer:
    content_type = response.headers.get("content-type", "")
    location = response.headers.get("location") if response.status_code in REDIRECTS else None
    if location is not None:
        return Answer(response.status_code, content_type, b"", location)
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise ToolFailed(f"{target.url} answers packed as {encoding[:40]!r}, which was not asked for.")
    return Answer(response.status_code, content_type, await _body(target, response, packed="gzip" in encoding), None)


async def _body(target: Target, response: "Response", *, packed: bool) -> bytes:
    body = bytearray()
    async for piece in _unpacked(target, response.aiter_raw()) if packed else response.aiter_raw():
        body += piece
        if len(body) > MAX_BODY:
            raise ToolFailed(f"{target.url} is larger than {MAX_BODY} bytes.")
    return bytes(body)


async def _unpacked(target: Target, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Never more at once than the limit, however much a small piece stands for."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    async for piece in pieces:
        try:
            yield unpacker.decompress(piece, MAX_BODY + 1)
        except zlib.error as error:
            raise ToolFailed(f"{target.url} is packed in a way that cannot be read: {error}.") from None
        if unpacker.unconsumed_tail:
            raise ToolFailed(f"{target.url} is larger than {MAX_BODY} bytes.")
