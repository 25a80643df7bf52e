"""When a connection is over, and why: the first reason counts. Told by whoever notices, asked by whoever waits.

The HTTP client, a transport and the incoming messages notice; the owner of the connection leaves then, and calls fail.
"""

import asyncio
from collections.abc import Callable, Sequence

from sessiond.mcp.base import Host, Lost, Sampled, Sampling, ServerFailed
from sessiond.mcp.connection.failures import sentence
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer


class Life:
    """Of one connection, or of one try to open it."""

    def __init__(self, ended: Callable[[ServerFailed], None]) -> None:
        """`ended` is called when it is over, not by our will."""
        self._ended = ended
        self._failure: ServerFailed | None = None
        self._over = asyncio.Event()
        self.misunderstood = False
        """Whether the server may understand another way of connecting, judged by its latest answer."""

    @property
    def failure(self) -> ServerFailed | None:
        """Why it is over, to be raised; None while it lasts."""
        return self._failure and type(self._failure)(*self._failure.args)

    def end(self, failure: ServerFailed) -> None:
        if self._failure is None:
            self._failure = failure
            self._over.set()
            self._ended(failure)

    def close(self) -> None:
        """It is over because we leave."""
        if self._failure is None:
            self._failure = Lost("The connection was closed.")
            self._over.set()

    async def over(self) -> None:
        await self._over.wait()


class WatchedHost(Host):
    """The host as a transport sees it: what it says of the end is the end."""

    def __init__(self, host: Host, life: Life) -> None:
        self._host = host
        self._life = life

    def lost(self, reason: str) -> None:
        self._life.end(Lost(sentence(reason)))

    def roots(self) -> Sequence[str]:
        return self._host.roots()

    def changed(self) -> None:
        self._host.changed()

    def log(self, text: str) -> None:
        self._host.log(text)

    def wants_login(self, url: str | None) -> None:
        self._host.wants_login(url)

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        return await self._host.inquire(inquiry)

    async def sample(self, sampling: Sampling) -> Sampled:
        return await self._host.sample(sampling)
