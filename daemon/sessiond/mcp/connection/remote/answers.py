"""Responses of HTTP as JSON-RPC answers: read within bounds, or made up where there is none. `endpoint.py` uses it."""

import httpx2
import msgspec

from sessiond.mcp.base import ServerFailed
from sessiond.mcp.connection.failures import MADE_HERE

MOST_BYTES = 32 * 1024 * 1024
"""Of one answer, as of one line over stdio."""
MOST_CONTAINERS = 1_000_000
"""Lists and objects in one answer: they cost far more time and memory than texts."""
MOST_ERROR_BYTES = 64 * 1024
"""Of a response that says what went wrong: what is more is not read."""
SHOWN_CHARACTERS = 300
STALE_HEADERS = ("content-encoding", "content-length", "transfer-encoding")


class ErrorObject(msgspec.Struct):
    code: int
    message: str


class ErrorAnswer(msgspec.Struct):
    """What a JSON-RPC error has at least."""

    jsonrpc: str
    error: ErrorObject


async def read(response: httpx2.Response, *, refusing: bool = True) -> httpx2.Response:
    """The same response with its whole content in memory. Raises ServerFailed when that is too much.

    `refusing=False`: one that is too long is cut instead.
    """
    most = MOST_BYTES if refusing else MOST_ERROR_BYTES
    content = bytearray()
    try:
        async for chunk in response.aiter_bytes():
            content += chunk
            if len(content) > most:
                break
    finally:
        await response.aclose()
    if refusing and len(content) > most:
        raise ServerFailed(f"The server's answer is longer than {most >> 20} MiB; it was not read to its end.")
    if refusing and content.count(b"[") + content.count(b"{") > MOST_CONTAINERS:
        raise ServerFailed(f"The server's answer has more than {MOST_CONTAINERS:,} lists and objects.")
    headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in STALE_HEADERS]
    return httpx2.Response(
        response.status_code, headers=headers, content=bytes(content[:most]), request=response.request
    )


def error_answer(request: httpx2.Request, code: int, message: str, status: int = 502) -> httpx2.Response:
    """What a server would answer that knows what went wrong."""
    error = {"code": code, "message": message, "data": MADE_HERE}
    return httpx2.Response(status, json={"jsonrpc": "2.0", "id": None, "error": error}, request=request)


async def error_of(response: httpx2.Response) -> str:
    """What such an answer says."""
    if response.next_request is not None:
        location = response.next_request.url.copy_with(userinfo=b"", query=None, fragment=None)
        return f"The server sends its clients to {location}. If that is meant, use it as the URL."
    try:
        return msgspec.json.decode(await response.aread(), type=ErrorAnswer).error.message
    except msgspec.DecodeError:
        return f"The server answered {response.status_code} {response.reason_phrase}".strip() + "."


def is_json(response: httpx2.Response) -> bool:
    return response.headers.get("content-type", "").lower().startswith("application/json")


def is_json_rpc_error(response: httpx2.Response) -> bool:
    try:
        return is_json(response) and msgspec.json.decode(response.content, type=ErrorAnswer).jsonrpc == "2.0"
    except msgspec.DecodeError:
        return False


def excerpt(response: httpx2.Response) -> str:
    """The beginning of what it says in words: `: the database is down`. Nothing of a page for a browser."""
    kind = response.headers.get("content-type", "").lower()
    text = " ".join(response.text.split()) if kind.startswith(("text/plain", "application/json")) else ""
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return f": {shown}" if shown else "."
