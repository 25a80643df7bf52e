"""What the client's editor has open, with unsaved text: pygls keeps it, driven through its public API.

pygls costs half a second to import, so it comes with the first document message, in a thread; messages
keep their order meanwhile. It sees document notifications only, and nothing it says reaches the client.
"""

import asyncio
import importlib
import json
import logging
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from sessiond import __version__

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

log = logging.getLogger(__name__)

PREFIXES = ("textDocument/", "workspace/", "notebookDocument/")
"""The notifications that are for this module."""


class Documents:
    def __init__(self, start: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        """`start` runs the import of pygls on the connection's behalf."""
        self.root_uri: str | None = None
        self._start = start
        self._waiting: list[bytes] | None = None
        self._loading = asyncio.Event()
        self._server: LanguageServer | None = None

    def take(self, notification: bytes) -> None:
        """One notification of the client as it came."""
        if self._server is not None:
            _forward(self._server, notification)
        elif self._waiting is not None:
            self._waiting.append(notification)
        else:
            self._waiting = [notification]
            self._start(self._load())

    def text(self, uri: str) -> str | None:
        """The text of a document as the editor shows it, or None if it has not opened it."""
        if self._server is None:
            return None
        document = self._server.workspace.text_documents.get(unquote(uri))
        return None if document is None else document.source

    async def loaded(self) -> None:
        """Waits until every notification taken so far counts in `text`."""
        if self._waiting is not None:
            await self._loading.wait()

    async def _load(self) -> None:
        pygls = await asyncio.to_thread(importlib.import_module, "pygls.lsp.server")
        _silence()
        server = pygls.LanguageServer("sessiond", __version__)
        server.protocol.set_writer(_Mute())
        params: dict[str, Any] = {"processId": None, "rootUri": self.root_uri, "capabilities": {}}
        _forward(server, {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})
        for notification in self._waiting or ():
            _forward(server, notification)
        self._server, self._waiting = server, None
        self._loading.set()


class _Mute:
    """A writer that drops what pygls answers: the client has its `initialize` result from us."""

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def _silence() -> None:
    """pygls logs whole messages and tracebacks; what matters of them is logged here."""
    logger = logging.getLogger("pygls")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False


def _forward(server: "LanguageServer", message: bytes | dict[str, Any]) -> None:
    try:
        content = json.loads(message) if isinstance(message, bytes) else message
        structured: Any = server.protocol.structure_message(content)
        server.protocol.handle_message(structured)
    except Exception as error:  # pygls raises whatever a client's odd message makes it raise
        log.warning("a document message could not be used: %s", type(error).__name__)
