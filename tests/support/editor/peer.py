"""A peer that is an editor: it answers what the daemon asks of it, out of its buffers."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sessiond.server.editor.client_editor import ClientEditor
from sessiond.tools.editor import OpenFile
from support.editor.buffers import Buffers
from support.server.in_process import Peer, connected
from support.server.told_engine import Engine

PLAIN = {"workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}}}
"""The capabilities of an LSP client that takes edits by version."""

Answer = Callable[[dict[str, Any]], dict[str, Any] | None]


class EditorPeer:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.buffers = Buffers()
        self.asked: list[dict[str, Any]] = []
        """Every request of the daemon."""
        self.cancelled: list[Any] = []
        self.answers: dict[str, Answer] = {"workspace/applyEdit": self.apply_edit}
        """By method: from the request to the response without its id; None stays silent."""
        self.responses: dict[Any, dict[str, Any]] = {}
        self._heard = asyncio.Event()

    @property
    def editor(self) -> ClientEditor:
        """The daemon's end of it."""
        return self.peer.connection.client.editor

    async def opened(self, path: Path) -> OpenFile:
        """The open file, once the daemon has been told of it."""
        async with asyncio.timeout(10):
            while (found := await self.editor.open_file(path)) is None:
                await asyncio.sleep(0)
        return found

    def apply_edit(self, request: dict[str, Any]) -> dict[str, Any]:
        result, notifications = self.buffers.apply(request["params"])
        self.peer.send(*notifications)
        return {"result": result}

    async def run(self) -> None:
        while True:
            message = await self.peer.next()
            if message.get("method") == "$/cancelRequest":
                self.cancelled.append(message["params"]["id"])
            elif "id" in message and "method" in message:
                self.asked.append(message)
                if (answer := self.answers[message["method"]](message)) is not None:
                    self.peer.send({"id": message["id"], **answer})
            else:
                self.responses[message.get("id")] = message
            self._heard.set()
            self._heard = asyncio.Event()

    async def request(self, method: str, params: Any = None) -> dict[str, Any]:
        """A request of its own, and its response."""
        message_id = f"own:{len(self.responses)}"
        self.peer.send({"id": message_id, "method": method, "params": params or {}})
        await self.until(lambda: message_id in self.responses)
        return self.responses[message_id]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await self._heard.wait()


@asynccontextmanager
async def editing(capabilities: Any = PLAIN, **options: Any) -> AsyncGenerator[EditorPeer]:
    """A connected editor; `options` are sessiond's own, left out for a plain LSP client."""
    async with connected(Engine(), handshake=False) as (peer, _):
        own = {"initializationOptions": {"sessiond": options}} if options else {}
        name = {"clientInfo": {"name": "ed"}}
        assert "result" in await peer.request("initialize", {"capabilities": capabilities, **name, **own})
        editor = EditorPeer(peer)
        running = asyncio.create_task(editor.run())
        try:
            yield editor
        finally:
            running.cancel()
            await asyncio.wait([running])


def place(line: int, character: int, end_line: int, end_character: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }
