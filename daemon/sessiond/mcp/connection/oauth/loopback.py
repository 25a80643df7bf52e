"""Where the browser brings the answer of a login: an HTTP server on this machine that takes one answer (RFC 8252, 7.3).

Opened by `login.py` for as long as a login takes. Anything on this machine may call: only the answer to the login that
is waited for, known by its `state`, ends the wait.
"""

import asyncio
import html
import secrets
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

from sessiond.config.files.shown import shown_name
from sessiond.mcp.base import ServerFailed

ADDRESS = "127.0.0.1"
PATH = "/callback"
MOST_BYTES = 16_384
MOST_FIELDS = 20
MOST_CONNECTIONS = 32
REQUEST_SECONDS = 10.0
SHOWN_CHARACTERS = 300


class Arrival(NamedTuple):
    """What an authorization server answers (RFC 6749, 4.1.2; RFC 9207)."""

    code: str
    state: str
    iss: str | None


class _Reply(NamedTuple):
    status: HTTPStatus
    text: str
    arrival: Arrival | ServerFailed | None = None
    """None: the wait goes on."""


@asynccontextmanager
async def loopback(ports: Sequence[int]) -> AsyncGenerator["Loopback"]:
    """Listens on the first of the ports that is free, else on any. Raises ServerFailed where none is."""
    here = Loopback()
    server = await _listening(here, ports)
    here.port = server.sockets[0].getsockname()[1]
    try:
        yield here
    finally:
        server.close()
        await here.close()


async def _listening(here: "Loopback", ports: Sequence[int]) -> asyncio.Server:
    refusal: OSError | None = None
    for port in (*ports, 0):
        try:
            return await asyncio.start_server(here.accept, ADDRESS, port, limit=MOST_BYTES)
        except OSError as error:
            refusal = error
    raise ServerFailed(f"A login needs a free port on {ADDRESS}, and there is none: {refusal}.")


class Loopback:
    def __init__(self) -> None:
        self.port = 0
        self._state: str | None = None
        self._arrival: asyncio.Future[Arrival] = asyncio.get_running_loop().create_future()
        self._answered = False
        self._connections = set[asyncio.Task[None]]()

    @property
    def uri(self) -> str:
        return f"http://{ADDRESS}:{self.port}{PATH}"

    def expect(self, state: str) -> None:
        """From here on the answer that carries this state is the one."""
        self._state = state

    async def arrival(self, seconds: float) -> Arrival | None:
        """Waits for the answer; None while there is none. Raises ServerFailed when the login was refused."""
        await asyncio.wait([self._arrival], timeout=seconds)
        return self._arrival.result() if self._arrival.done() else None

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._connections) >= MOST_CONNECTIONS:
            writer.close()
            return
        task = asyncio.create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def close(self) -> None:
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._arrival.cancel()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reply: _Reply | None = None
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                reply = self._reply(await reader.readuntil(b"\r\n\r\n"))
                writer.write(_encoded(reply))
                await writer.drain()
                writer.close()
                await writer.wait_closed()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever called sends too much, too slowly, or has gone
        finally:
            writer.close()
            # Last, because the wait ends with it and closes what is still being written.
            if reply is not None and reply.arrival is not None:
                self._arrive(reply.arrival)

    def _arrive(self, arrival: Arrival | ServerFailed) -> None:
        if self._arrival.done():
            return
        if isinstance(arrival, ServerFailed):
            self._arrival.set_exception(arrival)
            self._arrival.exception()  # looked at: nobody may be waiting any more
        else:
            self._arrival.set_result(arrival)

    def _reply(self, head: bytes) -> _Reply:
        request, *headers = head.decode("latin-1").split("\r\n")
        method, _, target = request.rpartition(" ")[0].partition(" ")
        fields = [line.partition(":") for line in headers]
        hosts = [value.strip() for name, _, value in fields if name.lower() == "host"]
        if hosts not in ([f"{ADDRESS}:{self.port}"], [f"localhost:{self.port}"]):
            return _Reply(HTTPStatus.BAD_REQUEST, "This address is for logins on this machine only.")
        path, _, query = target.partition("?")
        if path != PATH:
            return _Reply(HTTPStatus.NOT_FOUND, "There is nothing here.")
        if method != "GET":
            return _Reply(HTTPStatus.METHOD_NOT_ALLOWED, "Only GET is understood here.")
        return self._reply_to(query)

    def _reply_to(self, query: str) -> _Reply:
        try:
            pairs = parse_qsl(query, max_num_fields=MOST_FIELDS)
        except ValueError:
            return _Reply(HTTPStatus.BAD_REQUEST, "The answer cannot be read.")
        given = dict(pairs)
        state = given.get("state", "")
        if self._state is None or not secrets.compare_digest(state.encode(), self._state.encode()):
            return _Reply(HTTPStatus.BAD_REQUEST, "This is no answer to the login that sessiond waits for.")
        if self._answered:
            return _Reply(HTTPStatus.GONE, "The login has had its answer already.")
        if len(given) != len(pairs) or not (given.get("code") or given.get("error")):
            return _Reply(HTTPStatus.BAD_REQUEST, "The answer is not complete.")
        self._answered = True
        if error := given.get("error"):
            reason = _shown(": ".join(filter(None, (error, given.get("error_description")))))
            refused = ServerFailed(f"the authorization server refused it ({reason})")
            return _Reply(HTTPStatus.OK, f"The login was refused ({reason}). You can close this window.", refused)
        arrival = Arrival(given["code"], state, given.get("iss"))
        return _Reply(HTTPStatus.OK, "You are logged in; you can close this window.", arrival)


def _shown(text: str) -> str:
    return shown_name(text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…")


def _encoded(reply: _Reply) -> bytes:
    body = f"<!doctype html><meta charset=utf-8><title>sessiond</title><p>{html.escape(reply.text)}</p>".encode()
    head = (
        f"HTTP/1.1 {reply.status.value} {reply.status.phrase}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Content-Security-Policy: default-src 'none'",
        "Referrer-Policy: no-referrer",  # the address has the code in it
        "Cache-Control: no-store",
        "Connection: close",
    )
    return "\r\n".join((*head, "", "")).encode() + body
