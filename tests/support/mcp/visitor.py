"""A host of connections that does what a user would: logs in with a browser of its own, fills in what it is asked."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from sessiond.mcp.base import Sampled, Sampling, ServerFailed
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer


class Visitor:
    """Follows each address that it is to log in at; `comes` False: it only notes them."""

    def __init__(self, *, comes: bool = True) -> None:
        self.comes = comes
        self.logins: list[str | None] = []
        self.pages: list[httpx2.Response] = []
        self.told: list[str] = []
        """Of the log, and why the connection was lost."""
        self._visits = set[asyncio.Task[None]]()

    def roots(self) -> Sequence[str]:
        return ()

    def changed(self) -> None:
        pass

    def log(self, text: str) -> None:
        self.told.append(text)

    def lost(self, reason: str) -> None:
        self.told.append(reason)

    def wants_login(self, url: str | None) -> None:
        self.logins.append(url)
        if url is not None and self.comes:
            self._visits.add(asyncio.create_task(self.visit(url)))

    async def visit(self, url: str) -> None:
        async with httpx2.AsyncClient(follow_redirects=True) as browser:
            self.pages.append(await browser.get(url))

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        properties: dict[str, Any] = (inquiry.schema or {}).get("properties", {})
        content = {name: schema["default"] for name, schema in properties.items() if "default" in schema}
        if "confirmed" in properties:
            content["confirmed"] = True
        return QuestionAnswer("accept", content)

    async def sample(self, sampling: Sampling) -> Sampled:
        raise ServerFailed("Nobody samples here.")

    async def leave(self) -> None:
        await asyncio.gather(*self._visits)


@asynccontextmanager
async def visitor(*, comes: bool = True) -> AsyncGenerator[Visitor]:
    """Has seen all pages to their end when the block is left."""
    host = Visitor(comes=comes)
    yield host
    await host.leave()
