"""The handlers of `session/fork`, `session/revert` and `session/unrevert`."""

from sessiond.server.call import Call
from sessiond_protocol.course.branches import ForkParams, RevertParams, RevertResult, UnrevertParams
from sessiond_protocol.messages import Session


async def fork(call: Call, params: ForkParams) -> Session:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.forking.fork(params, call.client.subscriber)


async def revert(call: Call, params: RevertParams) -> RevertResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.reverting.revert(params, call.client.editor)


async def unrevert(call: Call, params: UnrevertParams) -> RevertResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.reverting.unrevert(params, call.client.editor)
