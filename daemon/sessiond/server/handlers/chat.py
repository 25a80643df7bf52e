"""The handlers of what begins turns and stops them: chat, summarize, initProject, abort."""

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol, TypeVar

from sessiond.server.call import Call
from sessiond.session.manager import SessionManager
from sessiond.session.turns.queueing import Queued
from sessiond_protocol.methods import (
    AbortParams,
    AbortResult,
    ChatAccepted,
    ChatParams,
    ChatResult,
    InitProjectParams,
    SummarizeParams,
    SummarizeResult,
)

Result_co = TypeVar("Result_co", covariant=True)


class Begun(Protocol[Result_co]):
    """What a prompt has come to: a turn, or a place in the queue."""

    @property
    def session_id(self) -> str: ...

    @property
    def turn_id(self) -> str | None: ...

    @property
    def queue_id(self) -> str | None: ...

    async def result(self) -> Result_co: ...


async def chat(call: Call, params: ChatParams) -> ChatResult | ChatAccepted:
    """Begins a turn, or queues."""
    client = call.client
    return await _begin(call, params.respond, lambda sessions: sessions.chat(params, client.subscriber, client.editor))


async def init_project(call: Call, params: InitProjectParams) -> ChatResult | ChatAccepted:
    """As `chat`, whose prompt is the engine's own."""
    client = call.client
    return await _begin(
        call, params.respond, lambda sessions: sessions.init_project(params, client.subscriber, client.editor)
    )


async def summarize(call: Call, params: SummarizeParams) -> SummarizeResult | ChatAccepted:
    client = call.client
    return await _begin(
        call, params.respond, lambda sessions: sessions.summarize(params, client.subscriber, client.editor)
    )


async def abort(call: Call, params: AbortParams) -> AbortResult:
    sessions = await call.client.sessions()
    return await sessions.abort(params.session_id, params.turn_id)


async def _begin(
    call: Call, respond: Literal["ended", "accepted"], begin: Callable[[SessionManager], Awaitable[Begun[Result_co]]]
) -> Result_co | ChatAccepted:
    """Cancelling the request aborts the turn, and the answer is the turn's normal result.

    A cancellation that comes before there is a turn waits for it; a turn that cannot begin is an error as ever.
    """
    sessions = await call.client.sessions()
    if respond == "accepted":
        call.keep_place()
    begun = await begin(sessions)
    call.cancel_by(lambda: call.client.start(_give_up(sessions, begun)))
    if respond == "accepted":
        return ChatAccepted(session_id=begun.session_id, turn_id=begun.turn_id, queue_id=begun.queue_id)
    call.settle()
    return await begun.result()


async def _give_up(sessions: SessionManager, begun: Begun[object]) -> None:
    if isinstance(begun, Queued):
        await sessions.queues.take_back(begun)
    else:
        await sessions.abort(begun.session_id, begun.turn_id)
