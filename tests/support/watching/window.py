"""A client of a real engine, in this process: it says much at once, and reads when it likes."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from sessiond.app import Engine
from sessiond.config.brought import Brought
from sessiond.server import dispatch
from sessiond.server.call import Call
from sessiond.server.client import Client
from sessiond.server.host.host import Host
from sessiond.session.manager import SessionManager
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import CreateParams, ListParams, UpdateParams
from sessiond_protocol.wire import to_json
from support.daemon import SessionRows
from support.server.outbox import Reader
from support.watching.picker import Picker

BY_OTHERS = ("their update", "their update", "their delete")
"""What other clients do."""
BOUND = 30


class Window:
    """Answers and notifications come to `reader`."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self.reader = Reader()
        brought = Brought(str(directory), engine.own.brought.environment)
        self._client = Client(Host(engine, shared=True), self.reader, lambda message: message + b"\n", brought)
        self._directory = str(directory)
        self._methods: dict[int, str] = {}
        self._calls: set[asyncio.Task[Any]] = set()
        self._ids: list[str] = []
        self._titles = 0

    async def sessions(self) -> SessionManager:
        return await self._client.sessions()

    def do(self, step: str, slot: int) -> None:
        """Begins a request of one of the sessions there are."""
        if step == "create":
            self.request("session/create", {"title": "One"})
        elif step == "list":
            self.request("session/list", {"limit": 500, "archived": slot == 0})
        elif self._ids:
            self._do_to(self._ids[slot % len(self._ids)], step)

    def _do_to(self, session_id: str, step: str) -> None:
        self._titles += 1
        title = f"Title {self._titles}"
        if step in BY_OTHERS:
            self._calls.add(asyncio.create_task(self._theirs(step, session_id, title)))
        else:
            self.request(*_request(step, session_id, title))

    async def _theirs(self, step: str, session_id: str, title: str) -> None:
        """What another client does."""
        sessions = await self.sessions()
        with suppress(RpcError):  # it is gone
            if step == "their delete":
                await sessions.delete(session_id)
            else:
                await sessions.update(UpdateParams(session_id, title=title))

    def request(self, method: str, params: dict[str, Any]) -> None:
        message_id = len(self._methods) + 1
        self._methods[message_id] = method
        raw = msgspec.Raw(json.dumps({"directory": self._directory, **params}).encode())
        call = Noted(self._client, message_id, self._note)
        self._calls.add(asyncio.create_task(dispatch.answer(call, method, raw)))

    def _note(self, response: bytes) -> None:
        """Made, but perhaps not read yet."""
        answer = json.loads(response)
        if "result" in answer and self._methods[answer["id"]] in ("session/create", "session/fork"):
            self._ids.append(answer["result"]["id"])

    async def settle(self) -> None:
        """Waits for all answers to be made, read or not."""
        await asyncio.wait_for(asyncio.gather(*self._calls), BOUND)

    async def everything(self) -> dict[str, Any]:
        """All sessions as they are, and children that were made while their parent was being deleted."""
        sessions = await self.sessions()
        found: list[Session] = []
        for parent in (None, *self._ids):
            for archived in (False, True):
                page = await sessions.list(ListParams(limit=500, archived=archived, parent_id=parent))
                found += page.sessions
        return {session.id: json.loads(to_json(session)) for session in found}

    def known(self) -> SessionRows:
        """What answers and notifications have told, taken in as they came."""
        rows = SessionRows()
        for message in self.reader.messages:
            if method := message.get("method"):
                if method.startswith("sessions/"):
                    rows.hear(method, message["params"])
            elif "result" in message:
                match self._methods[message["id"]]:
                    case "session/list" | "session/children":
                        rows.listed(message["result"])
                    case "session/create" | "session/get" | "session/update" | "session/fork":
                        rows.listed({"sessions": [message["result"]]})
                    case _:
                        pass
        return rows

    async def caught_up(self) -> None:
        """Reads on until it has heard the last of all changes."""
        await self.settle()
        sessions, last = await self.sessions(), Picker()
        sessions.keeper.watchers.watch(last, None)
        made = await sessions.create(CreateParams(directory=self._directory))
        for title in ("Last", "Last of all"):
            await sessions.update(UpdateParams(made.id, title=title))
        await last.until(lambda: "Last of all" in last.titles())
        sessions.keeper.watchers.leave(last)
        self.reader.read_on()
        await asyncio.wait_for(self._client.outbox.drained(), BOUND)

    async def leave(self) -> None:
        await self._client.leave()


class Noted(Call):
    """A call whose response is noted when it is made."""

    def __init__(self, client: Client, message_id: int, note: Callable[[bytes], None]) -> None:
        super().__init__(client, message_id)
        self._note = note

    def respond(self, response: bytes) -> None:
        self._note(response)
        super().respond(response)


def _request(step: str, session_id: str, title: str) -> tuple[str, dict[str, Any]]:
    one = {"sessionId": session_id}
    match step:
        case "create child":
            return "session/create", {"parentId": session_id}
        case "update":
            return "session/update", one | {"title": title}
        case "archive":
            return "session/update", one | {"archived": True}
        case "chat":
            return "session/chat", one | {"text": "Hi"}
        case _:
            return f"session/{step}", one
