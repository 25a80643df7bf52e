"""Which processes a command of a test has started: they know a mark in their environment by which they are found."""

import asyncio
import os
import uuid
from collections.abc import Callable

import psutil

MARK = "TEST_PROCESS_MARK"


class Marked:
    """An environment with a mark, and the processes that have it."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self._mark = uuid.uuid4().hex
        self.environment = {**(os.environ if environment is None else environment), MARK: self._mark}

    def living(self) -> list[str]:
        """Their command lines."""
        found: list[str] = []
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self._mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(" ".join(process.cmdline()))
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def end(self) -> None:
        for process in psutil.process_iter():
            try:
                if process.environ().get(MARK) == self._mark:
                    process.kill()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue


async def until(condition: Callable[[], bool]) -> None:
    """Looks again and again, in a thread, so that the loop goes on meanwhile."""
    async with asyncio.timeout(20):
        while not await asyncio.to_thread(condition):
            pass
