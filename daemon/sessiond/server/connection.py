"""One connection: the lifecycle of LSP, a task for each request, and the ways in which it ends.

Made by `serve.py`. What the client has of the engine is `client.py`'s, what a method does `dispatch.py`'s.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial

import msgspec

from sessiond.config.brought import Brought
from sessiond.server import dispatch
from sessiond.server.call import Call
from sessiond.server.capabilities import initialize_result
from sessiond.server.client import Client
from sessiond.server.editor.documents import PREFIXES
from sessiond.server.engine import Engine
from sessiond.server.first_answer import FirstAnswer
from sessiond.server.initialize import introduction
from sessiond.server.parent import death_of
from sessiond.server.wire import json_rpc
from sessiond.server.wire.framing import BadFrame, framed
from sessiond.server.wire.json_rpc import MessageId, Notification, Refused, Request
from sessiond.server.wire.stdio import Input, Output
from sessiond_protocol import MAX_MESSAGE_BYTES
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.notifications import CancelParams

LAST_WRITES_SECONDS = 5.0
"""How long a client that said `exit` may take to read what it was sent."""
QUICK_SECONDS = 2.0
"""How long calls made before `shutdown` have for their answers once `exit` has come."""


class Connection:
    def __init__(
        self, engine: Engine, first: FirstAnswer, source: Input, output: Output, process: Brought | None = None
    ) -> None:
        """`process`: what the client's own process brings."""
        decoder = first.decoder
        self._client = Client(engine, output, lambda message: framed(message, lines=bool(decoder.lines)), process)
        self._first = first
        self._source = source
        self._calls: dict[MessageId, Call] = {}
        self._tasks: dict[MessageId, asyncio.Task[None]] = {}
        self._shutting_down = False
        self._leaving = False
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        output.on_closed = self._output_closed

    @property
    def client(self) -> Client:
        return self._client

    async def run(self) -> int:
        """Serves until the client has left or `end` is called; gives the exit code."""
        serving = asyncio.create_task(self._serve())
        try:
            await asyncio.wait({serving, self._ended}, return_when=asyncio.FIRST_COMPLETED)
            if self._leaving and self._shutting_down:
                await self._quick_answers()
        finally:
            serving.cancel()
            await asyncio.wait({serving})
            if self._leaving:
                await self._last_writes()
            await self._client.leave()
        if not self._ended.done():
            serving.result()
            return 0
        return self._ended.result()

    def end(self, exit_code: int) -> None:
        """Ends the connection without waiting for its requests. The first word counts."""
        if not self._ended.done():
            self._ended.set_result(exit_code)

    async def _quick_answers(self) -> None:
        """Whoever pipes its requests in and ends with `shutdown` and `exit` wants their answers."""
        quick = [task for message_id, task in self._tasks.items() if not self._calls[message_id].lasts]
        if quick:
            await asyncio.wait(quick, timeout=QUICK_SECONDS)

    async def _last_writes(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._client.outbox.drained(), LAST_WRITES_SECONDS)

    def _output_closed(self) -> None:
        self._client.outbox.close()
        self.end(0)

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as requests:
            async for frame in self._frames():
                self._receive(frame, requests)
            self._client.fall_silent()
        await self._client.outbox.drained()

    async def _frames(self) -> AsyncIterator[bytes | BadFrame]:
        """All messages of the client in order; the first ones were read before the loop ran."""
        for frame in self._first.frames:
            yield frame
        decoder = self._first.decoder
        while not self._first.ended and (data := await self._source.read()):
            for frame in decoder.feed(data):
                yield frame
            await self._client.outbox.room()
        for frame in decoder.end():
            yield frame

    def _receive(self, frame: bytes | BadFrame, requests: asyncio.TaskGroup) -> None:
        if isinstance(frame, BadFrame):
            self._refuse(None, _bad_frame(frame))
            return
        try:
            message = json_rpc.decode(frame)
        except Refused as refused:
            if not self._client.requests.garbled(refused.id):
                self._refuse(refused.id, refused.error)
            return
        match message:
            case Request():
                self._answer(message, requests)
            case Notification():
                self._notice(message, frame)
            case _:
                self._client.requests.answered(message)

    def _refuse(self, message_id: MessageId | None, error: RpcError) -> None:
        self._client.outbox.send(json_rpc.encode_error(message_id, error))

    def _answer(self, request: Request, requests: asyncio.TaskGroup) -> None:
        """Answers what belongs to the lifecycle at once; anything else becomes a task."""
        try:
            if request.method == "initialize":
                self._initialize(request)
            else:
                self._refuse_out_of_turn(request)
                self._begin(request, requests)
        except RpcError as error:
            self._refuse(request.id, error)

    def _initialize(self, request: Request) -> None:
        if self._client.introduction is not None:
            raise RpcError(ErrorCode.INVALID_REQUEST, "`initialize` is sent once, and it has been")
        introduced = introduction(request.params)
        self._client.introduce(introduced)
        if introduced.process_id is not None:
            self._client.start(self._end_with(introduced.process_id))
        if not self._first.answered:
            self._client.outbox.send(json_rpc.encode_result(request.id, initialize_result()))

    def _refuse_out_of_turn(self, request: Request) -> None:
        if self._client.introduction is None:
            message = f"`initialize` comes before {request.method[:100]!r}"
            raise RpcError(ErrorCode.SERVER_NOT_INITIALIZED, message)
        if self._shutting_down:
            raise RpcError.of_kind("shuttingDown", "after `shutdown` only the notification `exit` may come")
        if request.id in self._calls:
            message = "the id of this request is in use by one that has no answer yet"
            raise RpcError(ErrorCode.INVALID_REQUEST, message)

    def _begin(self, request: Request, requests: asyncio.TaskGroup) -> None:
        if request.method == "shutdown":
            self._shutting_down = True
            self._client.outbox.send(json_rpc.encode_result(request.id, None))
            return
        call = self._calls[request.id] = Call(self._client, request.id)
        task = requests.create_task(dispatch.answer(call, request.method, request.params))
        self._tasks[request.id] = task
        if not dispatch.cancels_itself(request.method):
            call.cancel_by(task.cancel)
        task.add_done_callback(partial(self._answered, call))

    def _answered(self, call: Call, task: asyncio.Task[None]) -> None:
        """Every call gets its answer; a kept place without one would hold up all that comes later."""
        del self._calls[call.id], self._tasks[call.id]
        if task.cancelled():
            call.respond(json_rpc.encode_error(call.id, _cut_off(call)))

    def _notice(self, notification: Notification, frame: bytes) -> None:
        """Heeds the notifications it knows and drops all others, as LSP wants."""
        if notification.method == "exit":
            self._leaving = True
            self.end(0 if self._shutting_down else 1)
        elif self._client.introduction is None or self._shutting_down:
            return
        elif notification.method == "initialized":
            self._client.configure()
        elif notification.method == "$/cancelRequest":
            self._cancel(notification)
        elif notification.method.startswith(PREFIXES):
            self._client.documents.take(frame)

    def _cancel(self, notification: Notification) -> None:
        try:
            cancelled = msgspec.json.decode(notification.params, type=CancelParams)
        except msgspec.MsgspecError:
            return
        if call := self._calls.get(cancelled.id):
            call.cancel()

    async def _end_with(self, process_id: int) -> None:
        await death_of(process_id)
        self.end(0)


def _cut_off(call: Call) -> RpcError:
    if call.cancelled:
        return RpcError.of_kind("cancelled", "cancelled")
    return RpcError.of_kind("shuttingDown", "the connection has ended before the answer was there")


def _bad_frame(frame: BadFrame) -> RpcError:
    if frame.too_large:
        return RpcError.of_kind("payloadTooLarge", frame.message, maxMessageBytes=MAX_MESSAGE_BYTES)
    return RpcError(ErrorCode.PARSE_ERROR, frame.message)
