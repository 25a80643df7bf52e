"""A host that remembers all that a connection tells and asks of it, and answers as a test wants."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from sessiond.mcp.base import Remote, Sampled, Sampling, ServerConfig, ServerFailed, Stdio
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer

PATIENCE_SECONDS = 20


async def accept(_: Inquiry) -> QuestionAnswer:
    return QuestionAnswer("accept")


async def refuse(_: Sampling) -> Sampled:
    raise ServerFailed("The settings do not allow it.")


@dataclass
class RememberingHost:
    root: str = "file:///project"
    answer: Callable[[Inquiry], Awaitable[QuestionAnswer]] = accept
    model: Callable[[Sampling], Awaitable[Sampled]] = refuse
    changes: int = 0
    logged: list[str] = field(default_factory=list[str])
    reasons: list[str] = field(default_factory=list[str])
    """Why connections were lost."""
    inquiries: list[Inquiry] = field(default_factory=list[Inquiry])
    samplings: list[Sampling] = field(default_factory=list[Sampling])
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    def roots(self) -> Sequence[str]:
        return [self.root]

    def changed(self) -> None:
        self.changes += 1
        self.moved.set()

    def log(self, text: str) -> None:
        self.logged.append(text)
        self.moved.set()

    def lost(self, reason: str) -> None:
        self.reasons.append(reason)
        self.moved.set()

    def wants_login(self, url: str | None) -> None:
        raise ServerFailed(f"Nobody logs in at {url}.")

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        self.inquiries.append(inquiry)
        return await self.answer(inquiry)

    async def sample(self, sampling: Sampling) -> Sampled:
        self.samplings.append(sampling)
        return await self.model(sampling)

    async def until(self, condition: Callable[[], object]) -> None:
        """Waits for what the connection tells; looks again whenever it tells something."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not condition():
                self.moved.clear()
                await self.moved.wait()


def configured(place: Stdio | Remote, *, sampling: bool = False) -> ServerConfig:
    return ServerConfig(
        name="tested", place=place, start_timeout=30, call_timeout=30, call_timeouts={}, sampling=sampling
    )


def by_http(url: str, *, headers: dict[str, str] | None = None, network: dict[str, str] | None = None) -> ServerConfig:
    return configured(Remote(url=url, kind="http", headers=headers or {}, network=network or {}))


def unheard(text: str | None, done: float | None, total: float | None) -> None:
    """Progress that a test does not look at."""
