"""An engine of one session that does what a test tells it, for tests of the connection before it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sessiond.config.brought import Brought
from sessiond.session.editors import Editors
from sessiond.session.subscription import Subscription
from sessiond.session.watching.watchers import Watchers
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session, Usage
from sessiond_protocol.methods import (
    AbortResult,
    ChatParams,
    ChatResult,
    CreateParams,
    SubscribeParams,
    SubscribeResult,
)
from sessiond_protocol.serving.lifecycle import SandboxStatus
from support.server.in_process import Peer

SESSION = Session(id="s", title="t", directory="/", created_at=1, updated_at=1)
CREATED = b'{"type":"session.created","seq":1}'


class Turn:
    queue_id: None = None

    def __init__(self) -> None:
        self.session_id, self.turn_id = "s", "t"
        self.begun = False
        self.ended: asyncio.Future[ChatResult] = asyncio.get_running_loop().create_future()

    async def result(self) -> ChatResult:
        return await asyncio.shield(self.ended)

    def end(self, stop_reason: Any) -> None:
        result = ChatResult(
            session_id="s", turn_id="t", message=None, stop_reason=stop_reason, usage=Usage(), cost=None
        )
        self.ended.set_result(result)

    @property
    def running(self) -> bool:
        return self.begun and not self.ended.done()


class Sessions:
    """A keeper of one session, told by each test what to do."""

    def __init__(self) -> None:
        self.turn = Turn()
        self.beginning = asyncio.Event()
        self.beginning.set()
        self.left: list[object] = []
        self.aborted: list[tuple[str, str | None]] = []
        self.editors = Editors()
        self.watchers = Watchers()
        self.keeper = self.library = self
        """What all clients share and what one may do are the same here."""

    async def create(self, params: CreateParams, subscriber: Any) -> Session:
        if params.title == "hangs":
            await asyncio.Event().wait()
        subscriber.durable("s", 1, CREATED)
        await asyncio.sleep(0)
        return SESSION

    async def get(self, session_id: str) -> Session:
        match session_id:
            case "defect":
                raise ZeroDivisionError("a detail that is nobody's business")
            case "hangs":
                await asyncio.Event().wait()
            case _:
                pass
        return SESSION

    async def chat(self, params: ChatParams, subscriber: Any, editor: Any) -> Turn:
        await self.beginning.wait()
        if params.session_id == "busy":
            raise RpcError.of_kind("sessionBusy", "the session is busy", turnId="t")
        self.turn.begun = True
        return self.turn

    async def abort(self, session_id: str, turn_id: str | None) -> AbortResult:
        self.aborted.append((session_id, turn_id))
        self.turn.end("aborted")
        return AbortResult(aborted=True, turn_id=turn_id)

    async def subscribe(self, params: SubscribeParams, subscriber: Any) -> Subscription:
        if params.session_id == "hangs":
            await asyncio.Event().wait()
        result = SubscribeResult(mode="replay", seq=1, session=SESSION, open=[], permissions=[])
        return Subscription(result, [CREATED])

    def leave(self, subscriber: object) -> None:
        self.left.append(subscriber)

    def heard_by(self, subscriber: object) -> int:
        return 1

    def audience_changed(self) -> None:
        pass


class Engine:
    def __init__(self, refused: RpcError | None = None) -> None:
        self.keeper = Sessions()
        self.told: list[Brought] = []
        self.refused = refused
        self.closed = False

    def guest(self, brought: Brought) -> "Engine":
        """All of its clients are one guest."""
        self.told.append(brought)
        return self

    async def sessions(self) -> Sessions:
        return self.keeper

    async def configured(self) -> None:
        if self.refused:
            raise self.refused

    async def warm(self) -> None:
        pass

    def leave(self) -> None:
        pass

    async def quiet(self) -> None:
        while self.keeper.turn.running:
            await asyncio.wait([self.keeper.turn.ended])

    async def finish(self) -> None:
        if self.keeper.turn.running:
            self.keeper.turn.end("aborted")

    async def close(self) -> None:
        self.closed = True

    def facts(self) -> dict[str, Any]:
        return {"sessions": 0, "turns": int(self.keeper.turn.running), "data_directory": "/", "storage": "closed"}

    async def sandbox(self) -> SandboxStatus:
        return SandboxStatus(state="none", reason="this is a test")


async def answers(peer: Peer, count: int) -> AsyncIterator[dict[str, Any]]:
    """That many answers, notifications left out."""
    while count:
        message = await peer.next()
        if "id" in message:
            count -= 1
            yield message


def code(response: dict[str, Any]) -> int:
    return response["error"]["code"]
