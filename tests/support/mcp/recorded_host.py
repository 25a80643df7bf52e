"""The host of a connection under test: keeps what it is told, and waits for it. It answers no question of a server."""

import asyncio
from collections.abc import Sequence
from typing import NoReturn


class RecordedHost:
    """Fits `sessiond.mcp.base.Host`."""

    def __init__(self) -> None:
        self.logged: list[str] = []
        self.reasons: list[str] = []
        """Why it was lost, each time it was told so."""
        self._lost = asyncio.Event()

    @property
    def log_text(self) -> str:
        return "\n".join(self.logged)

    async def is_lost(self, seconds: float = 5.0) -> str:
        """Waits for it, and says why."""
        async with asyncio.timeout(seconds):
            await self._lost.wait()
        return self.reasons[0]

    def roots(self) -> Sequence[str]:
        return ()

    def changed(self) -> None:
        return

    def log(self, text: str) -> None:
        self.logged.append(text)

    def lost(self, reason: str) -> None:
        self.reasons.append(reason)
        self._lost.set()

    def wants_login(self, url: str | None) -> None:
        return

    async def inquire(self, inquiry: object) -> NoReturn:
        raise NotImplementedError

    async def sample(self, sampling: object) -> NoReturn:
        raise NotImplementedError
