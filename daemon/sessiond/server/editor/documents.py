"""What the client's editor has open, with unsaved text, kept from its document notifications.

pygls does the keeping (`mirror.py`). It costs half a second to import, so it comes with the first document
message, in a thread; messages keep their order meanwhile. Used by `client_editor.py`.
"""

import asyncio
import contextlib
import importlib
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from sessiond.server.editor.mirror import Mirror

PREFIXES = ("textDocument/", "workspace/", "notebookDocument/")
"""The notifications that are for this module."""


class Document(msgspec.Struct, frozen=True):
    """One open document as its user sees it."""

    uri: str
    """As the client writes it, which is how it wants to hear it."""
    text: str
    version: int | None
    language: str | None = None


class Documents:
    def __init__(self, start: Callable[[Coroutine[Any, Any, None]], object]) -> None:
        """`start` runs the import of pygls on the connection's behalf."""
        self.root_uri: str | None = None
        self._start = start
        self._waiting: list[bytes] | None = None
        self._loading = asyncio.Event()
        self._mirror: Mirror | None = None
        self._news = asyncio.Event()

    def take(self, notification: bytes) -> None:
        """One notification of the client as it came."""
        if self._mirror is not None:
            self._mirror.take(notification)
            self._tell()
        elif self._waiting is not None:
            self._waiting.append(notification)
        else:
            self._waiting = [notification]
            self._start(self._load())

    def all(self) -> list[Document]:
        """Everything that is open, in the order of opening."""
        if self._mirror is None:
            return []
        return [Document(*document) for document in self._mirror.documents()]

    async def loaded(self) -> None:
        """Waits until every notification taken so far counts in `all`."""
        if self._waiting is not None:
            await self._loading.wait()

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float) -> bool:
        """Waits for something that the client's notifications make true; whether it came in that time."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                news = self._news
                while not await condition():
                    await news.wait()
                    news = self._news
                return True
        return False

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _load(self) -> None:
        module = await asyncio.to_thread(importlib.import_module, "sessiond.server.editor.mirror")
        mirror: Mirror = module.Mirror(self.root_uri)
        for notification in self._waiting or ():
            mirror.take(notification)
        self._mirror, self._waiting = mirror, None
        self._loading.set()
        self._tell()
