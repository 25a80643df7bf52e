"""A client of the engine for commands: typed requests, events as they come, and a new connection where one has ended.

Made by `reaching.py`. Who asks says the type of the result; `sessiond_protocol.methods` has the table.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol, TypeAlias, TypeVar

import msgspec

from sessiond import __version__
from sessiond.cli.client.introducing import introduce
from sessiond.cli.client.link import EngineLeft, Heard, Link, engine_lost
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.events import SessionResync
from sessiond_protocol.wire import Value

Result = TypeVar("Result")

Connect: TypeAlias = Callable[[Heard, Sequence[str] | None], Awaitable[Link]]
"""Makes a new link to an engine; given what the last one has said is to be started in its place. Raises RpcError."""

ENGINES = 3
"""How many are asked one after the other, where each leaves before it has begun."""


class Listener(Protocol):
    """Hears of the sessions that the client is subscribed to. Never raises, never waits."""

    def heard(self, session_id: str, events: list[msgspec.Raw]) -> None:
        """Each event as it came, in order."""
        ...

    def missed(self, session_id: str) -> None:
        """The client is subscribed no longer: too much was missed."""
        ...


class _Events(msgspec.Struct, rename="camel"):
    session_id: str
    events: list[msgspec.Raw]


class Client:
    def __init__(self, name: str, connect: Connect) -> None:
        """`name`: what other clients are told of who answers and prompts."""
        self.listener: Listener | None = None
        self._name = name
        self._connect = connect
        self._link: Link | None = None
        self._linking = asyncio.Lock()
        self._version = __version__
        """Of the engine that was reached last."""

    async def call(
        self,
        method: str,
        params: Value,
        result: type[Result],
        *,
        given_up: asyncio.Event | None = None,
    ) -> Result:
        """One request. Once `given_up` is set it is cancelled, and its answer still waited for.

        Raises RpcError: the engine's own, `engineLost` where it died meanwhile, `engineUnavailable` or `storageFailed`
        where none can be had. The next call finds, or starts, another engine.
        """
        for _ in range(ENGINES):
            try:
                link = await self._linked()
                return await link.ask(method, params, result, given_up=given_up)
            except EngineLeft:
                continue
            except RpcError as error:
                raise self._explained(method, error) from None
        raise engine_lost()

    async def close(self) -> None:
        if self._link is not None:
            await self._link.close()

    async def _linked(self) -> Link:
        async with self._linking:
            if self._link is None or self._link.ended:
                await self.close()
                self._link = await self._connect(self._heard, _successor(self._link))
                self._version = await introduce(self._link, self._name)
            return self._link

    def _explained(self, method: str, error: RpcError) -> RpcError:
        """An engine may be older than this command."""
        if error.code != ErrorCode.METHOD_NOT_FOUND or self._version == __version__:
            return error
        message = (
            f"The engine that runs is sessiond {self._version} and does not know {method}. `sessiond restart` ends it "
            f"once no turn runs, and starts that of this command, {__version__}."
        )
        return RpcError(error.code, message, error.data)

    def _heard(self, method: str, params: msgspec.Raw) -> None:
        """Notifications that a command has no use for are dropped, and so is what cannot be read."""
        if self.listener is None:
            return
        try:
            if method == "session/event":
                told = msgspec.json.decode(params, type=_Events)
                self.listener.heard(told.session_id, told.events)
            elif method == "session/resync":
                self.listener.missed(msgspec.json.decode(params, type=SessionResync).session_id)
        except msgspec.MsgspecError:
            return


def _successor(link: Link | None) -> Sequence[str] | None:
    leaving = None if link is None else link.leaving
    return leaving.successor.command if leaving is not None and leaving.successor is not None else None


def is_lost(error: RpcError) -> bool:
    data: dict[str, Any] = error.data
    return data["kind"] == "engineLost"
