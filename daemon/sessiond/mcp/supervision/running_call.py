"""One call to a server while it runs: how long it may be silent, and whom the server's questions go to.

Made by `link.py` around each request. Knows no connection: what it waits for is given to it.
"""

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

from sessiond.mcp.base import Lost, Progress, ServerFailed
from sessiond.tools.base import Inquiry, Surroundings
from sessiond_protocol.messages import QuestionAnswer

Result = TypeVar("Result")

CANCELLING_SECONDS = 1.0
"""How long a request that is cancelled may take to end; one that does not end is left to its connection."""

MOST_OPEN_QUESTIONS = 3
"""Of one call at the same time; others are cancelled at once."""
MOST_QUESTIONS = 50
"""Of one call in all: each is put before a person, and kept on record."""

CURRENT: ContextVar["RunningCall | None"] = ContextVar("mcp_call", default=None)
"""The call that what runs now belongs to."""


class RunningCall:
    def __init__(
        self, late: ServerFailed, seconds: float, progress: Progress, surroundings: Surroundings | None
    ) -> None:
        """`late`: what it fails with after so many seconds in which nothing was heard of it."""
        self.surroundings = surroundings
        self._late = late
        self._seconds = seconds
        self._progress = progress
        self._failure: asyncio.Future[ServerFailed] = asyncio.get_running_loop().create_future()
        self._timer: asyncio.TimerHandle | None = None
        self._pauses = 0
        self._questions: set[asyncio.Task[QuestionAnswer]] = set()
        self._asked = 0
        self.left: set[asyncio.Task[Any]] = set()
        """What did not end although it was cancelled, once the call is over."""

    async def outcome(self, request: Coroutine[Any, Any, Result]) -> Result:
        """What the request gives. Raises ServerFailed: its own, when it takes too long, or what `fail` was given."""
        task = self._started(request)
        self._wind()
        try:
            await asyncio.wait({task, self._failure}, return_when=asyncio.FIRST_COMPLETED)
            if task.cancelled():
                raise Lost("The connection to it was given up.")
            if task.done():
                return task.result()
            failure = self._failure.result()
            raise type(failure)(*failure.args)  # all calls of a connection fail with the same
        finally:
            await self._end(task)

    def fail(self, failure: ServerFailed) -> None:
        if not self._failure.done():
            self._failure.set_result(failure)

    def progress(self, text: str | None, done: float | None, total: float | None) -> None:
        if not self._failure.done():
            self._wind()
            self._progress(text, done, total)

    def pause(self) -> None:
        """From now on it waits for somebody else than the server."""
        self._pauses += 1
        self._stop_timer()

    def resume(self) -> None:
        self._pauses -= 1
        self._wind()

    async def ask(self, inquiry: Inquiry) -> QuestionAnswer:
        """The user's answer; `cancel` when nobody can be asked, it asks too much, or the call is over before."""
        if self.surroundings is None or self._failure.done() or self._asks_too_much:
            return QuestionAnswer("cancel")
        self._asked += 1
        question = asyncio.ensure_future(self.surroundings.inquire(inquiry))
        self._questions.add(question)
        question.add_done_callback(self._questions.discard)
        self.pause()
        try:
            await asyncio.wait({question})
            return QuestionAnswer("cancel") if question.cancelled() else question.result()
        finally:
            question.cancel()
            self.resume()

    @property
    def _asks_too_much(self) -> bool:
        return len(self._questions) >= MOST_OPEN_QUESTIONS or self._asked >= MOST_QUESTIONS

    def _started(self, request: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        token = CURRENT.set(self)  # the task gets a copy of it
        try:
            return asyncio.ensure_future(request)
        finally:
            CURRENT.reset(token)

    async def _end(self, task: asyncio.Task[Any]) -> None:
        self.fail(self._late)  # whatever is still heard of it comes too late
        self._stop_timer()
        open_ends: set[asyncio.Task[Any]] = {each for each in (task, *self._questions) if not each.done()}
        for each in open_ends:
            each.cancel()
            each.add_done_callback(_heard)
        if open_ends:
            _, self.left = await asyncio.wait(open_ends, timeout=CANCELLING_SECONDS)

    def _wind(self) -> None:
        self._stop_timer()
        if self._pauses == 0 and not self._failure.done():
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._seconds, self.fail, self._late)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


def _heard(task: asyncio.Task[Any]) -> None:
    """Nobody waits for it any more; asyncio would complain of a failure that nobody has looked at."""
    if not task.cancelled():
        task.exception()
