"""A supervised server for a test, and somebody to ask while a call of it runs."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from sessiond.mcp.base import CallResult, Progress, ServerConfig
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.supervision.supervised import Supervised
from sessiond.tools.base import Inquiry, Surroundings
from sessiond_protocol.messages import QuestionAnswer
from support.mcp.played.server import PlayedServer, Time, config

BOUND = 10


@asynccontextmanager
async def supervised(
    server: PlayedServer,
    directory: Path,
    time: Time | None = None,
    given: ServerConfig | None = None,
    after: "asyncio.Future[None] | None" = None,
) -> AsyncGenerator[Supervised]:
    """Stopped at the end; no connection is left then."""
    given = given or config()
    log = ServerLog(directory, given.name, "/project", lambda text: text)
    under_test = Supervised(given, "/project", server.means(time), log, after)
    try:
        yield under_test
    finally:
        async with asyncio.timeout(BOUND):
            await under_test.stop("The test is over.")


class User:
    """Whom the questions of a call go to. Answers with `answer` once `answers` is set."""

    def __init__(self, answer: QuestionAnswer | None = None) -> None:
        self.asked: list[Inquiry] = []
        self.withdrawn = 0
        self.answer = answer or QuestionAnswer("accept")
        self.answers = asyncio.Event()

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        self.asked.append(inquiry)
        try:
            await self.answers.wait()
        except asyncio.CancelledError:
            self.withdrawn += 1
            raise
        return self.answer

    @property
    def surroundings(self) -> Surroundings:
        return cast(Surroundings, self)


def unheard(text: str | None, done: float | None, total: float | None) -> None:
    """Progress of what nobody watches."""


async def call(
    server: Supervised,
    tool: str = "echo",
    arguments: dict[str, Any] | None = None,
    user: User | None = None,
    progress: Progress = unheard,
) -> CallResult:
    async with asyncio.timeout(BOUND):
        return await server.call(tool, arguments or {"text": "hi"}, progress, (user or User()).surroundings)


async def ready(server: Supervised) -> None:
    server.begin()
    await until(lambda: server.status.state == "ready")


async def until(condition: Callable[[], Any]) -> None:
    """Waits for it, within bounds; nothing but the loop has to move."""
    async with asyncio.timeout(BOUND):
        while not condition():
            await asyncio.sleep(0)
