"""A watcher of the list of sessions that keeps what it is told: rows as JSON objects, None where they are deleted."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

BOUND = 20
Found = TypeVar("Found")


class Picker:
    """Fits `session.watching.watchers.Watcher`."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any] | None]] = []
        self.takes = True
        """Whether it has room for more."""
        self._news = asyncio.Event()

    def row(self, session_id: str, json: bytes | None) -> bool:
        self.told.append((session_id, None if json is None else msgspec.json.decode(json)))
        self._news.set()
        return self.takes

    def titles(self) -> list[str | None]:
        """What was told, in short; None for what is gone."""
        return [None if row is None else row["title"] for _, row in self.told]

    def last(self, session_id: str) -> dict[str, Any] | None:
        """What is known of a session now."""
        return next((row for each, row in reversed(self.told) if each == session_id), None)

    async def until(self, condition: Callable[[], Found | None]) -> Found:
        """The first true value of the condition, looked at after each row."""
        async with asyncio.timeout(BOUND):
            while True:
                self._news.clear()
                if found := condition():
                    return found
                await self._news.wait()
