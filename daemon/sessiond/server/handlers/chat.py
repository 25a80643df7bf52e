"""The handlers of what begins turns and stops them: chat, summarize, initProject, abort."""

from sessiond.server.call import Call
from sessiond.session.manager import SessionManager
from sessiond.session.turns.queueing import Queued
from sessiond.session.turns.running import Turn
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


async def chat(call: Call, params: ChatParams) -> ChatResult | ChatAccepted:
    """Begins a turn, or queues. Cancelling the request aborts the turn, and the answer is the turn's normal result.

    A cancellation that comes before there is a turn waits for it; a turn that cannot begin is an error as ever.
    """
    sessions = await call.client.sessions()
    if params.respond == "accepted":
        call.keep_place()
    turn = await sessions.chat(params, call.client.subscriber, call.client.editor)
    call.cancel_by(lambda: call.client.start(_give_up(sessions, turn)))
    if params.respond == "accepted":
        return ChatAccepted(session_id=turn.session_id, turn_id=turn.turn_id, queue_id=turn.queue_id)
    call.lasts = True
    return await turn.result()


async def _give_up(sessions: SessionManager, prompted: Turn | Queued) -> None:
    if isinstance(prompted, Queued):
        await sessions.queues.take_back(prompted)
    else:
        await sessions.abort(prompted.session_id, prompted.turn_id)


async def init_project(call: Call, params: InitProjectParams) -> ChatResult | ChatAccepted:
    """As `chat`, whose prompt is the engine's own."""
    sessions = await call.client.sessions()
    if params.respond == "accepted":
        call.keep_place()
    turn = await sessions.init_project(params, call.client.subscriber, call.client.editor)
    call.cancel_by(lambda: call.client.start(sessions.abort(turn.session_id, turn.turn_id)))
    if params.respond == "accepted":
        return ChatAccepted(session_id=turn.session_id, turn_id=turn.turn_id)
    call.lasts = True
    return await turn.result()


async def summarize(call: Call, params: SummarizeParams) -> SummarizeResult | ChatAccepted:
    """As `chat`: cancelling it aborts the turn, and the answer is the turn's own."""
    sessions = await call.client.sessions()
    if params.respond == "accepted":
        call.keep_place()
    turn = await sessions.summarize(params, call.client.subscriber, call.client.editor)
    call.cancel_by(lambda: call.client.start(sessions.abort(turn.session_id, turn.turn_id)))
    if params.respond == "accepted":
        return ChatAccepted(session_id=turn.session_id, turn_id=turn.turn_id)
    call.lasts = True
    return await turn.result()


async def abort(call: Call, params: AbortParams) -> AbortResult:
    sessions = await call.client.sessions()
    return await sessions.abort(params.session_id, params.turn_id)
