"""One connection to an engine: frames out and in, answers found again by their number.

Used by `client.py`, which makes a new one when this has ended, and by `cli/engine/`, which does not. Knows no method of
the protocol but the link's own.
"""

import asyncio
import socket
from collections.abc import Callable
from itertools import count
from typing import Any, TypeAlias, TypeVar

import msgspec

from sessiond.server.wire import json_rpc
from sessiond.server.wire.framing import BadFrame, Decoder, framed
from sessiond.server.wire.json_rpc import Notification, Refused, Request, Response
from sessiond_protocol.errors import ERROR_KINDS, ErrorCode, ErrorObject, RpcError
from sessiond_protocol.serving import link

CHUNK_BYTES = 64 * 1024
MOST_BYTES = 512 * 1024 * 1024
"""Of one message: an exported session, its quotes escaped, is the largest there is."""

Kind = TypeVar("Kind")
Heard: TypeAlias = Callable[[str, msgspec.Raw], None]
"""Told each notification, its method and parameters, in the order in which they come."""


class EngineLeft(Exception):
    """The engine has ended in good order, and has not begun what it was asked: the next one may be."""


class Link:
    """Reads from its making on, until `close` or the engine's end."""

    def __init__(self, connection: socket.socket, heard: Heard, *, welcomed: bool = True) -> None:
        """`welcomed`: whether the engine has said who it is, or need not; until then it has begun nothing."""
        self.leaving: link.Leaving | None = None
        """What the engine has said at its end, if that was a good one."""
        connection.setblocking(False)
        self._socket = connection
        self._heard = heard
        self._decoder = Decoder(MOST_BYTES)
        self._numbers = count(1)
        self._waiting: dict[str, asyncio.Future[msgspec.Raw]] = {}
        self._writing = asyncio.Lock()
        self._welcomed = welcomed
        self._refusal: RpcError | None = None
        self._reading = asyncio.create_task(self._read())

    @property
    def ended(self) -> bool:
        return self._reading.done()

    async def ask(self, method: str, params: Any, result: type[Kind], *, given_up: asyncio.Event | None = None) -> Kind:
        """One request. Once `given_up` is set the request is cancelled, and its answer still waited for.

        Raises RpcError, `engineLost` where the engine has died; EngineLeft.
        """
        if self.ended:
            raise self._why_ended()
        number = str(next(self._numbers))
        answer: asyncio.Future[msgspec.Raw] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            await self._write(json_rpc.encode_request(number, method, params))
            if given_up is not None:
                await self._until(answer, number, given_up)
            return _typed(method, await answer, result)
        finally:
            self._waiting.pop(number, None)

    async def tell(self, method: str, params: Any) -> None:
        await self._write(json_rpc.encode_notification(method, params))

    async def wait_for_end(self) -> None:
        """Returns once the engine has ended and another one can start, however long that takes."""
        await asyncio.wait([self._reading])

    async def close(self) -> None:
        """Leaves the engine. Idempotent; raises what a listener has raised."""
        self._reading.cancel()
        await asyncio.wait([self._reading])
        self._socket.close()
        if not self._reading.cancelled():
            self._reading.result()

    async def _until(self, answer: asyncio.Future[msgspec.Raw], number: str, given_up: asyncio.Event) -> None:
        """Returns once there is an answer, or the request is cancelled."""
        giving_up = asyncio.create_task(given_up.wait())
        try:
            await asyncio.wait((answer, giving_up), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                await self.tell("$/cancelRequest", {"id": number})
        finally:
            giving_up.cancel()
            await asyncio.wait([giving_up])

    async def _write(self, message: bytes) -> None:
        """The socket itself, no stream: what the engine has said at its end is read even where writing fails."""
        async with self._writing:
            try:
                await asyncio.get_running_loop().sock_sendall(self._socket, framed(message, lines=False))
            except OSError:
                return  # the reader meets the end as well, and says so to all that wait

    async def _read(self) -> None:
        try:
            while data := await self._received():
                for frame in self._decoder.feed(data):
                    if (refusal := self._take(frame)) is not None:
                        await self._write(refusal)
        except Refused as odd:
            self._refusal = RpcError(ErrorCode.INTERNAL_ERROR, f"The engine said what is no message: {odd.error}.")
        finally:
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(self._why_ended())
                    answer.exception()  # whoever asked may be gone as well

    async def _received(self) -> bytes:
        try:
            return await asyncio.get_running_loop().sock_recv(self._socket, CHUNK_BYTES)
        except OSError:  # a connection that was reset has ended, too
            return b""

    def _take(self, frame: bytes | BadFrame) -> bytes | None:
        """The reply to a request. An answer to nothing is dropped. Raises Refused for what may have been an answer."""
        if isinstance(frame, BadFrame):
            raise Refused(ErrorCode.PARSE_ERROR, frame.message)
        message = json_rpc.decode(frame)
        match message:
            case Response():
                self._answered(message)
            case Notification() if message.method.startswith("link/"):
                self._heed(message)
            case Notification():
                self._heard(message.method, message.params)
            case Request():
                return _refusal(message)
        return None

    def _heed(self, word: Notification) -> None:
        """What the engine says of the connection itself; words of a newer one mean nothing here."""
        match word.method:
            case "link/welcome":
                self._welcomed = True
            case "link/refused":
                refused = _decoded(word.params, link.Refused) or link.Refused(
                    "engineUnavailable", "It takes no client."
                )
                code = ERROR_KINDS.get(refused.kind, ErrorCode.ENGINE_UNAVAILABLE)
                self._refusal = RpcError(code, refused.message, {"kind": refused.kind})
            case "link/leaving":
                self.leaving = _decoded(word.params, link.Leaving) or link.Leaving()
            case _:
                pass

    def _answered(self, response: Response) -> None:
        answer = self._waiting.get(response.id) if isinstance(response.id, str) else None
        if answer is None or answer.done():
            return
        if response.error is None:
            answer.set_result(response.result)
        else:
            answer.set_exception(_error(response.error))

    def _why_ended(self) -> Exception:
        if self._refusal is not None:
            return self._refusal
        return engine_lost() if self._welcomed and self.leaving is None else EngineLeft()


def _typed(method: str, answer: msgspec.Raw, result: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(answer, type=result)
    except msgspec.MsgspecError as error:
        raise RpcError(
            ErrorCode.INTERNAL_ERROR, f"The engine's answer to {method} is none that is known here: {error}."
        ) from None


def engine_lost() -> RpcError:
    return RpcError.of_kind(
        "engineLost",
        "The engine ended before it had answered. What it had recorded is kept. `sessiond logs` may say why.",
    )


def _refusal(request: Request) -> bytes:
    """A command can do nothing that an engine would ask of an editor."""
    error = RpcError(ErrorCode.METHOD_NOT_FOUND, f"a command does not know {request.method[:100]!r}")
    return json_rpc.encode_error(request.id, error)


def _error(encoded: msgspec.Raw) -> RpcError:
    """A newer engine may have codes that are not known here; the kind counts."""
    said = _decoded(encoded, ErrorObject)
    if said is None:
        return RpcError(ErrorCode.INTERNAL_ERROR, "The engine gave an error that cannot be read.")
    known = said.code in ErrorCode.__members__.values()
    return RpcError(ErrorCode(said.code) if known else ErrorCode.INTERNAL_ERROR, said.message, said.data)


def _decoded(encoded: msgspec.Raw, kind: type[Kind]) -> Kind | None:
    try:
        return msgspec.json.decode(encoded, type=kind)
    except (msgspec.MsgspecError, RecursionError):
        return None
