"""One connection: the lifecycle of LSP, a task for each request, and the ways in which it ends.

Made by `serve.py` and `link/listening.py`. What the client has of the engine is `client.py`'s, what a method does
`dispatch.py`'s.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from functools import partial
from typing import Protocol

import msgspec

from sessiond.server import dispatch
from sessiond.server.call import Call
from sessiond.server.capabilities import initialize_result
from sessiond.server.client import Client
from sessiond.server.editor.documents import PREFIXES
from sessiond.server.initialize import introduction
from sessiond.server.parent import death_of
from sessiond.server.wire import json_rpc
from sessiond.server.wire.framing import BadFrame
from sessiond.server.wire.json_rpc import Incoming, MessageId, Notification, Refused, Request
from sessiond.server.wire.stdio import Output
from sessiond_protocol import MAX_MESSAGE_BYTES
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.notifications import CancelParams
from sessiond_protocol.serving.lifecycle import ClientStatus

LAST_WRITES_SECONDS = 5.0
"""How long a client that said `exit` may take to read what it was sent."""
QUICK_SECONDS = 2.0
"""How long calls made before `shutdown` have for their answers once `exit` has come."""
CONCLUDING_SECONDS = 5.0
"""How long an engine that leaves waits for the answers to what it has read, and for the client to read them."""


class Source(Protocol):
    """Where the client's messages come from."""

    async def next(self) -> Sequence[bytes | BadFrame] | None:
        """What has come, in order; None at the end of all that the client says."""
        ...

    def heeds(self, message: Incoming) -> bool:
        """Takes a message that is not for the connection but for what carries it; whether it was one."""
        ...

    def last_word(self) -> bytes | None:
        """What is sent last when the connection ends in good order."""
        ...


class Connection:
    """Fits `host.clients.Connected`."""

    def __init__(self, client: Client, source: Source, output: Output, *, answered: bool = False) -> None:
        """`answered`: whether the client has the answer to its `initialize` already."""
        self.client = client
        self._source = source
        self._answered_already = answered
        self._calls: dict[MessageId, Call] = {}
        self._tasks: dict[MessageId, asyncio.Task[None]] = {}
        self._shutting_down = False
        self._leaving = False
        self._concluding = False
        self._reading: asyncio.Task[None] | None = None
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        output.on_closed = self.lost

    async def run(self) -> int:
        """Serves until the client has left or the connection is ended; gives the exit code."""
        with self.client.host.clients.present(self):
            serving = asyncio.create_task(self._serve())
            try:
                await asyncio.wait({serving, self._ended}, return_when=asyncio.FIRST_COMPLETED)
                if self._concluding:
                    await asyncio.wait({serving}, timeout=CONCLUDING_SECONDS)
                elif self._leaving and self._shutting_down:
                    await self._quick_answers()
            finally:
                serving.cancel()
                await asyncio.wait({serving})
                await self._last_writes()
                await self.client.leave()
        if not self._ended.done():
            serving.result()
            return 0
        return self._ended.result()

    def end(self, exit_code: int) -> None:
        """Ends the connection without waiting for its requests. The first word counts."""
        if not self._ended.done():
            self._ended.set_result(exit_code)

    def lost(self) -> None:
        """Nobody hears anything any more."""
        self.client.outbox.close()
        self.end(0)

    def conclude(self) -> None:
        self._concluding = True
        if self._reading is not None:
            self._reading.cancel()
        self.end(0)

    def status(self) -> ClientStatus:
        return self.client.status()

    def say(self, text: str) -> None:
        self.client.say(text)

    def unanswered(self) -> list[asyncio.Future[None]]:
        return [call.settled for call in self._calls.values() if not call.settled.done()]

    async def _quick_answers(self) -> None:
        """Whoever pipes its requests in and ends with `shutdown` and `exit` wants their answers."""
        quick = [task for message_id, task in self._tasks.items() if not self._calls[message_id].settled.done()]
        if quick:
            await asyncio.wait(quick, timeout=QUICK_SECONDS)

    async def _last_writes(self) -> None:
        if (word := self._source.last_word()) is not None:
            self.client.outbox.send(word)
        elif not self._leaving:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.client.outbox.drained(), LAST_WRITES_SECONDS)

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as requests:
            self._reading = requests.create_task(self._read(requests))
            await asyncio.wait({self._reading})
            self.client.fall_silent()
        await self.client.outbox.drained()

    async def _read(self, requests: asyncio.TaskGroup) -> None:
        while not self._concluding and (frames := await self._source.next()) is not None:
            for frame in frames:
                self._receive(frame, requests)
            await self.client.outbox.room()

    def _receive(self, frame: bytes | BadFrame, requests: asyncio.TaskGroup) -> None:
        if isinstance(frame, BadFrame):
            self._refuse(None, _bad_frame(frame))
            return
        try:
            message = json_rpc.decode(frame)
        except Refused as refused:
            if not self.client.requests.garbled(refused.id):
                self._refuse(refused.id, refused.error)
            return
        if self._source.heeds(message):
            return
        match message:
            case Request():
                self._answer(message, requests)
            case Notification():
                self._notice(message, frame)
            case _:
                self.client.requests.answered(message)

    def _refuse(self, message_id: MessageId | None, error: RpcError) -> None:
        self.client.outbox.send(json_rpc.encode_error(message_id, error))

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
        if self.client.introduction is not None:
            raise RpcError(ErrorCode.INVALID_REQUEST, "`initialize` is sent once, and it has been")
        introduced = introduction(request.params)
        self.client.introduce(introduced)
        if introduced.process_id is not None:
            self.client.start(self._end_with(introduced.process_id))
        if not self._answered_already:
            self.client.outbox.send(json_rpc.encode_result(request.id, initialize_result()))

    def _refuse_out_of_turn(self, request: Request) -> None:
        if self.client.introduction is None:
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
            self.client.outbox.send(json_rpc.encode_result(request.id, None))
            return
        call = self._calls[request.id] = Call(self.client, request.id)
        task = requests.create_task(dispatch.answer(call, request.method, request.params))
        self._tasks[request.id] = task
        if not dispatch.cancels_itself(request.method):
            call.cancel_by(task.cancel)
        task.add_done_callback(partial(self._answered, call))

    def _answered(self, call: Call, task: asyncio.Task[None]) -> None:
        """Every call gets its answer; a kept place without one would hold up all that comes later."""
        del self._calls[call.id], self._tasks[call.id]
        call.settle()
        if task.cancelled():
            call.respond(json_rpc.encode_error(call.id, _cut_off(call)))

    def _notice(self, notification: Notification, frame: bytes) -> None:
        """Heeds the notifications it knows and drops all others, as LSP wants."""
        if notification.method == "exit":
            self._leaving = True
            self.end(0 if self._shutting_down else 1)
        elif self.client.introduction is None or self._shutting_down:
            return
        elif notification.method == "initialized":
            self.client.configure()
        elif notification.method == "$/cancelRequest":
            self._cancel(notification)
        elif notification.method.startswith(PREFIXES):
            self.client.documents.take(frame)

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
