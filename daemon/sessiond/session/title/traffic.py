"""Which providers are busy with turns, and waiting until one is or is not. Kept by `titles.py`.

A server on one's own machine may answer one request at a time: what is not urgent keeps out of a turn's way.
"""

import asyncio

from sessiond.providers.base import Provider


class Traffic:
    def __init__(self) -> None:
        self._turns: dict[str, Provider] = {}
        self._changed = asyncio.Event()

    def begun(self, turn_id: str, provider: Provider) -> None:
        self._turns[turn_id] = provider
        self._tell()

    def ended(self, turn_id: str) -> None:
        self._turns.pop(turn_id, None)
        self._tell()

    async def until(self, provider: Provider, *, busy: bool) -> None:
        """Returns at once if it is so already."""
        while (provider in self._turns.values()) != busy:
            await self._changed.wait()

    def _tell(self) -> None:
        self._changed.set()  # whoever waits now
        self._changed = asyncio.Event()
