"""Watch first, then list: whatever happens in between, what the client knows in the end is what a new list says."""

import asyncio
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.app import Engine
from sessiond.server import dispatch
from sessiond.server.call import Call
from sessiond.server.client import Client
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import CreateParams, ListParams, UpdateParams
from sessiond_protocol.wire import to_json
from support.daemon import SessionRows
from support.engine import engine_with
from support.picker import Picker
from support.server.outbox import Reader

SLOTS = st.integers(0, 3)
REQUESTS = ("create", "create child", "update", "archive", "fork", "get", "chat", "abort", "delete", "list", "children")
STEPS = st.lists(
    st.tuples(st.sampled_from(REQUESTS), SLOTS)
    | st.tuples(st.sampled_from(("stall", "read", "settle")), st.just(0))
    | st.tuples(st.just("loop"), st.integers(1, 40)),
    max_size=40,
)
BEFORE = st.lists(st.sampled_from(("create", "update", "archive", "delete")), max_size=4)
BOUND = 30


class Window:
    """A client of a real engine that says much at once, and reads when it likes."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        self.reader = Reader()
        self._client = Client(engine, self.reader, lambda message: message + b"\n")
        self._directory = str(directory)
        self._methods: dict[int, str] = {}
        self._calls: set[asyncio.Task[None]] = set()
        self._ids: list[str] = []

    def do(self, step: str, slot: int) -> None:
        """Begins a request of one of the sessions there are."""
        if step == "create":
            return self.request("session/create", {"title": "One"})
        if step == "list":
            return self.request("session/list", {"limit": 500, "archived": slot == 0})
        if self._ids:
            self.request(*_request(step, self._ids[slot % len(self._ids)]))

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
        """All sessions as they are."""
        sessions = await self._client.sessions()
        found: list[Session] = []
        for archived in (False, True):
            found += (await sessions.list(ListParams(limit=500, archived=archived))).sessions
        for session in found:
            found += (await sessions.children(session.id)).sessions
        return {session.id: json.loads(to_json(session)) for session in found}

    def known(self) -> dict[str, Any]:
        """What answers and notifications have told, taken in as they came."""
        rows = SessionRows()
        for message in self.reader.messages:
            if method := message.get("method"):
                assert method != "sessions/resync"
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
        return rows.rows

    async def caught_up(self) -> None:
        """Reads on until it has heard the last of all changes."""
        await self.settle()
        sessions, last = await self._client.sessions(), Picker()
        sessions.watchers.watch(last, None)
        made = await sessions.create(CreateParams(directory=self._directory))
        for title in ("Last", "Last of all"):
            await sessions.update(UpdateParams(made.id, title=title))
        await last.until(lambda: "Last of all" in last.titles())
        sessions.watchers.leave(last)
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


def _request(step: str, session_id: str) -> tuple[str, dict[str, Any]]:
    one = {"sessionId": session_id}
    match step:
        case "create child":
            return "session/create", {"parentId": session_id}
        case "update":
            return "session/update", one | {"title": "Two"}
        case "archive":
            return "session/update", one | {"archived": True}
        case "chat":
            return "session/chat", one | {"text": "Hi"}
        case _:
            return f"session/{step}", one


@settings(max_examples=60, deadline=None)
@given(BEFORE, STEPS)
def test_what_a_client_knows_in_the_end_is_what_a_new_list_says(
    before: list[str], steps: list[tuple[str, int]]
) -> None:
    known, fresh = asyncio.run(played(before, steps))
    assert known == fresh


async def played(before: list[str], steps: list[tuple[str, int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        async with engine_with(Path(place), [{"text": "Hello.", "usage": {"input": 3, "output": 2}}]) as engine:
            window = Window(engine, Path(place) / "project")
            for slot, step in enumerate(before):
                window.do(step, slot)
                await window.settle()
            heard = len(window.reader.messages)
            window.request("sessions/watch", {})
            for archived in (False, True):
                window.request("session/list", {"limit": 500, "archived": archived})
            for step, slot in steps:
                await take(window, step, slot)
            await window.caught_up()
            del window.reader.messages[:heard]  # an answer to what was asked before the watch says nothing
            known, fresh = window.known(), await window.everything()
            await window.leave()
            return known, fresh


async def take(window: Window, step: str, slot: int) -> None:
    match step:
        case "stall":
            window.reader.stall()
        case "read":
            window.reader.read_on()
        case "settle":
            await window.settle()
        case "loop":
            for _ in range(slot):
                await asyncio.sleep(0)
        case _:
            window.do(step, slot)
