"""A client of the protocol over any pair of streams: requests, events folded by session, bounded waits.

`Daemon` is one over a process's pipes. What nobody asked for or expected is kept in `unread`.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from support.daemon.framing import Framing, MessageReader, decode, frame
from support.daemon.session_rows import SessionRows
from support.daemon.session_state import SessionState

T = TypeVar("T")
SECONDS = 20.0
"""How long anything may take unless told otherwise: far more than it takes, on a loaded machine too."""


class RequestFailed(Exception):
    """The server answered with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.code: int = error["code"]
        self.message: str = error["message"]
        self.data: dict[str, Any] = error.get("data") or {}
        self.kind: str | None = self.data.get("kind")


class ConnectionEnded(Exception):
    """The server has closed its end."""


class Pending:
    """A request on its way. `then` sees the result before any later message is looked at."""

    def __init__(self, id: int, method: str, then: Callable[[Any], None] | None) -> None:
        self.id = id
        self.method = method
        self.then = then
        self.answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def result(self, seconds: float = SECONDS) -> Any:
        """Raises RequestFailed, or ConnectionEnded when no answer can come any more."""
        async with asyncio.timeout(seconds):
            return await asyncio.shield(self.answer)


class _Events(msgspec.Struct, rename="camel"):
    session_id: str
    events: list[msgspec.Raw]


class _EventNotification(msgspec.Struct):
    params: _Events


class Client:
    def __init__(self, framing: Framing = "headers") -> None:
        self.framing: Framing = framing
        self.sessions: dict[str, SessionState] = {}
        self.unread: list[Any] = []
        self.resyncs: list[str] = []
        self.stops = 0
        """How often the client was told that its engine was stopped."""
        self.rows = SessionRows()
        """What is known of the list of sessions, if it is watched."""
        self.on_message: Callable[[dict[str, Any]], None] = lambda message: None
        """Sees every message as it comes, before anything is done with it."""
        self.answers: dict[str, Callable[[Any], dict[str, Any] | None]] = {}
        """For requests of the daemon, by method: from the parameters to `{result}` or `{error}`; None is silence."""
        self.asked: list[dict[str, Any]] = []
        """The requests of the daemon that `answers` knows."""
        self.cancelled: list[str] = []
        """The ids of those that it has taken back."""
        self.ended = False
        self.bytes_read = 0
        self.folds = True
        """Whether events become the state of their session; a client may look at them itself instead."""
        self.deaf: set[str] = set()
        """Sessions that were lost: what still comes of them means nothing before they are subscribed to again."""
        self._decoder = MessageReader(framing)
        self._pending: dict[int, Pending] = {}
        self._last_id = 0
        self._news = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Once more, it begins anew with what it knows of sessions."""
        self._writer = writer
        self._decoder = MessageReader(self.framing)
        self._pending.clear()
        self.ended = False
        self._reading = asyncio.create_task(self._read(reader))

    # Saying.

    def send_bytes(self, data: bytes) -> None:
        assert self._writer, "not connected"
        self._raise_defect()
        self._writer.write(data)

    def send(self, method: str, params: Any = None, then: Callable[[Any], None] | None = None) -> Pending:
        self._last_id += 1
        pending = self._pending[self._last_id] = Pending(self._last_id, method, then)
        message: Any = {"jsonrpc": "2.0", "id": pending.id, "method": method, "params": params or {}}
        self.send_bytes(frame(message, self.framing))
        if self.ended:
            self._end_pending()
        return pending

    def notify(self, method: str, params: Any = None) -> None:
        self.send_bytes(frame({"jsonrpc": "2.0", "method": method, "params": params or {}}, self.framing))

    async def request(self, method: str, params: Any = None, seconds: float = SECONDS) -> Any:
        try:
            return await self.send(method, params).result(seconds)
        except ConnectionEnded:
            self._raise_defect()
            raise

    async def initialize(self, **options: Any) -> dict[str, Any]:
        """The handshake; `options` stand under `initializationOptions.sessiond`."""
        params = {"processId": None, "capabilities": {}, "initializationOptions": {"sessiond": options}}
        result = await self.request("initialize", params)
        self.notify("initialized")
        return result

    # What tests do most.

    async def create(self, **params: Any) -> str:
        """The id of a new session."""
        return (await self.request("session/create", params))["id"]

    async def chat(self, session_id: str, text: str = "Go on.", seconds: float = SECONDS, **params: Any) -> Any:
        return await self.request("session/chat", {"sessionId": session_id, "text": text, **params}, seconds)

    async def subscribe(self, session_id: str, after: int | None = None, state: SessionState | None = None) -> Any:
        """Subscribes, going on from `state` (what a client knew when it left) or from nothing."""

        def begin(result: Any) -> None:
            self.sessions[session_id] = state or SessionState()
            self.sessions[session_id].begin(result)

        params = {"sessionId": session_id} | ({} if after is None else {"after": after})
        return await self.send("session/subscribe", params, begin).result()

    async def messages(self, session_id: str) -> list[dict[str, Any]]:
        """All messages of a session, page by page."""
        found: list[dict[str, Any]] = []
        cursor: dict[str, str] = {}
        while True:
            page = await self.request("session/messages", {"sessionId": session_id, **cursor})
            found = page["messages"] + found
            if "nextCursor" not in page:
                return found
            cursor = {"before": page["nextCursor"]}

    def state(self, session_id: str) -> SessionState:
        return self.sessions.setdefault(session_id, SessionState())

    async def event(self, session_id: str, kind: str, seconds: float = SECONDS, **fields: Any) -> dict[str, Any]:
        """The last event of a kind with these values, waited for."""
        return await self.until(lambda: self.state(session_id).heard(kind, **fields), seconds)

    async def until(self, condition: Callable[[], T | None], seconds: float = SECONDS) -> T:
        """The first true value of the condition, which is looked at after each message."""
        async with asyncio.timeout(seconds):
            while True:
                if value := condition():
                    return value
                self._raise_defect()
                if self.ended:
                    raise ConnectionEnded
                await self._news.wait()

    def pause(self) -> None:
        """Reads nothing more until `resume`: the pipe fills up, as with a client that hangs."""
        self._may_read.clear()

    def resume(self) -> None:
        self._may_read.set()

    # Hearing.

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while data := await self._next(reader):
                self.bytes_read += len(data)
                for body in self._decoder.feed(data):
                    self._hear(body)
                self._tell()
        finally:
            self.ended = True
            self._end_pending()
            self._tell()

    async def _next(self, reader: asyncio.StreamReader) -> bytes:
        await self._may_read.wait()
        try:
            return await reader.read(64 * 1024)
        except ConnectionError:
            return b""

    def _hear(self, body: bytes) -> None:
        message = decode(body)
        self.on_message(message)
        if message.get("method") == "session/event":
            if not self.folds:
                return
            events = msgspec.json.decode(body, type=_EventNotification).params
            if events.session_id in self.deaf:
                return
            self.state(events.session_id).take([bytes(event) for event in events.events])
        elif message.get("method") == "session/resync":
            self.resyncs.append(message["params"]["sessionId"])
        elif message.get("method") == "server/stopped":
            self.stops += 1
        elif message.get("method") in ("sessions/changed", "sessions/resync"):
            self.rows.hear(message["method"], message["params"])
        elif message.get("method") in self.answers:
            self._answer(message)
        elif message.get("method") == "$/cancelRequest":
            self.cancelled.append(message["params"]["id"])
        elif "method" not in message and (pending := self._pending.pop(message.get("id"), None)):
            self._settle(pending, message)
        else:
            self.unread.append(message)

    def _answer(self, request: dict[str, Any]) -> None:
        self.asked.append(request)
        if (answer := self.answers[request["method"]](request["params"])) is not None:
            self.answer(request["id"], answer)

    def answer(self, message_id: Any, answer: dict[str, Any]) -> None:
        """Answers a request of the daemon."""
        self.send_bytes(frame({"jsonrpc": "2.0", "id": message_id, **answer}, self.framing))

    def _settle(self, pending: Pending, message: dict[str, Any]) -> None:
        if "error" in message:
            pending.answer.set_exception(RequestFailed(message["error"]))
            pending.answer.exception()  # a test need not await every answer
            return
        if pending.then:
            pending.then(message["result"])
        pending.answer.set_result(message["result"])

    def _end_pending(self) -> None:
        for pending in self._pending.values():
            if not pending.answer.done():
                pending.answer.set_exception(ConnectionEnded(pending.method))
                pending.answer.exception()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    def _raise_defect(self) -> None:
        """Raises what a law of the event stream was broken by."""
        if self._reading and self._reading.done() and not self._reading.cancelled():
            self._reading.result()

    async def drain(self, seconds: float = SECONDS) -> None:
        """Reads what there is up to the end of the connection."""
        self.resume()
        if self._reading:
            async with asyncio.timeout(seconds):
                await self._reading
