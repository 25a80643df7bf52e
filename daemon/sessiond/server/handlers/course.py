"""The handlers of `session/fork`, `session/revert` and `session/unrevert`."""

from sessiond.server.call import Call
from sessiond_protocol.course.branches import ForkParams
from sessiond_protocol.messages import Session


async def fork(call: Call, params: ForkParams) -> Session:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.forking.fork(params, call.client.subscriber)
