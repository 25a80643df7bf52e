"""One server as the room sees it: started when it is needed, started again when it is lost, until it is stopped.

Fits `base.Server`. Its states are those of the protocol; one task at a time brings it from one to the next.
"""

import asyncio
from collections.abc import Mapping
from contextvars import Context
from typing import Any

import msgspec

from sessiond.mcp.base import (
    CallResult,
    Content,
    Identity,
    Listing,
    NeedsAuth,
    Progress,
    PromptMessage,
    ServerConfig,
    ServerFailed,
)
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.supervision.backoff import Backoff
from sessiond.mcp.supervision.link import Link, Means
from sessiond.tools.base import Surroundings
from sessiond_protocol.mcp import McpState

LONGEST_REASON = 2_000
NOTHING = Listing()


class Status(msgspec.Struct, frozen=True, kw_only=True):
    state: McpState
    reason: str | None = None
    auth_url: str | None = None
    next_try_at: int | None = None
    """Ms since the epoch."""


class Supervised:
    def __init__(
        self,
        config: ServerConfig,
        root: str,
        means: Means,
        log: ServerLog,
        after: asyncio.Future[None] | None = None,
    ) -> None:
        """`after`: the end of the one that was there before; two at a time could be in each other's way."""
        self.config = config
        self.log = log
        self.status = Status(state="idle")
        self.restarts = 0
        self._root = root
        self._means = means
        self._after = after
        self._link: Link | None = None
        self._owner: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()
        self._patience: asyncio.Timeout | None = None
        self._identity: Identity | None = None
        self._last_listing = NOTHING
        self._moved = asyncio.Event()

    @property
    def name(self) -> str:
        return self.config.name

    @property
    def _title(self) -> str:
        return f"MCP server {self.name}"

    @property
    def identity(self) -> Identity | None:
        return self._identity

    @property
    def listing(self) -> Listing:
        link = self._link
        if link is not None and link.opened.done() and not link.over.done():
            return link.listing  # also while one of its calls waits for a login
        return self._last_listing if self.status.state in ("starting", "ready", "restarting") else NOTHING

    def begin(self) -> None:
        """Starts it in the background, unless it runs already or was stopped."""
        if self.status.state != "disabled" and (self._owner is None or self._owner.done()):
            self._become(Status(state="starting"))
            # In a context of its own: what is started for one call outlives it.
            self._owner = asyncio.get_running_loop().create_task(self._run(), context=Context())

    async def stop(self, reason: str) -> None:
        """Ends it; its calls fail. It is never started again. Returns when nothing of it is left, in bounded time."""
        stopped = Status(state="disabled", reason=reason)
        if self._owner is None or self._owner.done():
            self.status = stopped
        else:
            self._become(stopped)
        self._stopping.set()
        if self._link is not None:
            self._link.end(ServerFailed(f"It was stopped. {reason}"))
        if unfinished := {each for each in (self._owner, self._after) if each is not None}:
            await asyncio.wait(unfinished)

    async def settled(self) -> None:
        """Waits until it does not start any more: it is ready, waits for somebody, or could not be started."""
        while self.status.state == "starting":
            await self._moved.wait()

    async def call(
        self, tool: str, arguments: dict[str, Any], progress: Progress, surroundings: Surroundings
    ) -> CallResult:
        link = await self._ready_link()
        return await link.request(
            f"The call of {tool!r}",
            lambda connection, heard: connection.call(tool, arguments, heard),
            seconds=self.config.timeout_of(tool),
            progress=progress,
            surroundings=surroundings,
        )

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]:
        link = await self._ready_link()
        return await link.request(
            f"The prompt {name!r}",
            lambda connection, _: connection.prompt(name, arguments),
            seconds=self.config.call_timeout,
        )

    async def read(self, uri: str) -> tuple[Content, ...]:
        link = await self._ready_link()
        return await link.request(
            f"The reading of {uri!r}", lambda connection, _: connection.read(uri), seconds=self.config.call_timeout
        )

    async def _ready_link(self) -> Link:
        """Waits for a start that is under way. Raises ServerFailed where there is none to wait for."""
        if self.status.state == "idle":
            self.begin()
        try:
            async with asyncio.timeout(self.config.start_timeout):
                while self._is_coming():
                    await self._moved.wait()
        except TimeoutError:
            raise ServerFailed(f"{self._title} is not ready. {self.status.reason or 'It still starts.'}") from None
        if self.status.state != "ready" or self._link is None:
            raise ServerFailed(self._why_not())
        return self._link

    def _is_coming(self) -> bool:
        just_lost = self.status.state == "ready" and self._link is not None and self._link.over.done()
        return just_lost or self.status.state in ("starting", "restarting")

    def _why_not(self) -> str:
        if self.status.state == "needsAuth":
            return f"{self._title} wants the user to log in, with `sessiond mcp auth {self.name}`."
        more = f"The user finds more with `sessiond mcp logs {self.name}`."
        return f"{self._title} cannot be used. {self.status.reason} {more}"

    async def _run(self) -> None:
        if self._after is not None:
            await asyncio.wait({self._after})
        backoff = Backoff()
        while not self._stopping.is_set():
            failure, good_for = await self._one_connection()
            if self._stopping.is_set():
                return
            wait = None if isinstance(failure, NeedsAuth) else backoff.wait(good_for)
            if wait is None:
                state = "needsAuth" if isinstance(failure, NeedsAuth) else "failed"
                return self._become(Status(state=state, reason=self._reason(failure)))
            next_try_at = round((self._means.now() + wait) * 1000)
            self._become(Status(state="restarting", reason=self._reason(failure), next_try_at=next_try_at))
            self.log.write(f"Ended: {self._reason(failure)} It is started again in {wait:.0f} s.")
            await self._means.pause(self._stopping, wait)
            self.restarts += 1

    async def _one_connection(self) -> tuple[ServerFailed, float | None]:
        """From its opening to its end: why it ended, and how many seconds it was good for, if ever."""
        self._become(Status(state="starting", reason=self.status.reason))
        link = self._link = Link(self.config, self._root, self._means, self.log, self._login_wanted)
        good_for = None
        if await self._opens(link):
            since = self._means.now()
            self._identity = link.opened.result().identity
            if link.listing == self._last_listing:
                link.listing = self._last_listing
            self._become(Status(state="ready"))
            await asyncio.wait({link.over})
            good_for = self._means.now() - since
            self._last_listing = link.listing
        failure = link.over.result()
        self._link = None
        if good_for is not None:
            self._become(Status(state="restarting", reason=self._reason(failure)))
        await link.close()
        return failure, good_for

    async def _opens(self, link: Link) -> bool:
        """Within the time for it; waiting for a login does not count."""
        try:
            async with asyncio.timeout(self.config.start_timeout) as self._patience:
                await asyncio.wait({link.opened, link.over}, return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            link.end(
                ServerFailed(
                    f"It did not answer within {self.config.start_timeout:g} s of its start (`start_timeout`)."
                )
            )
        return not link.over.done()

    def _login_wanted(self, url: str | None) -> None:
        link, patience = self._link, self._patience
        if link is None:
            return
        if url is not None:
            self._become(Status(state="needsAuth", reason="It waits until you have logged in.", auth_url=url))
        elif self.status.state == "needsAuth":
            self._become(Status(state="ready" if link.opened.done() else "starting"))
        if patience is not None and not link.opened.done() and not patience.expired():
            until = asyncio.get_running_loop().time() + self.config.start_timeout
            patience.reschedule(None if url is not None else until)

    def _reason(self, failure: ServerFailed) -> str:
        """A sentence, also where it ends with a server's own words."""
        text = self.log.redact(str(failure).strip()) or "It did not say why."
        if len(text) > LONGEST_REASON:
            return f"{text[:LONGEST_REASON]}…"
        return text if text.endswith((".", "!", "?", "…")) else f"{text}."

    def _become(self, status: Status) -> None:
        """Once it is being stopped it becomes nothing else."""
        if self._stopping.is_set():
            return
        self.status = status
        if told := _told(status):
            self.log.write(told)
        self._moved.set()
        self._moved = asyncio.Event()


def _told(status: Status) -> str | None:
    """The line in the server's log, where there is something to tell."""
    match status:
        case Status(state="ready"):
            return "Started."
        case Status(state="failed"):
            return f"Given up: {status.reason}"
        case Status(state="disabled"):
            return f"Stopped: {status.reason}"
        case Status(state="needsAuth"):
            return f"Waiting for a login: {status.reason}"
        case _:
            return None
