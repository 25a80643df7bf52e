"""Cancels work at a chosen one of the points at which it waits, so that a test can try them all."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


class CancelledAt:
    """To be awaited. Gives True when the work was cancelled, False when it ended or failed before or in spite of it."""

    def __init__(self, work: Coroutine[Any, Any, Any], point: int) -> None:
        self._work = work
        self._point = point

    def __await__(self) -> Generator[Any, Any, bool]:
        task = asyncio.current_task()
        assert task is not None
        resume = self._work.send
        value: Any = None
        try:
            while True:
                waited = resume(value)
                if self._point == 0:
                    task.cancel()
                self._point -= 1
                try:
                    resume, value = self._work.send, (yield waited)
                except asyncio.CancelledError as cancelled:
                    resume, value = self._work.throw, cancelled
        except StopIteration:
            return False
        except asyncio.CancelledError:
            task.uncancel()
            return True
