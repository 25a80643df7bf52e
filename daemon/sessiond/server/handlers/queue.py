"""The handlers of `queue/…`."""

from sessiond.server.call import Call
from sessiond_protocol.course.queue import (
    QueueParams,
    QueueRemoveParams,
    QueueReorderParams,
    QueueResult,
    QueueUpdateParams,
)


async def list_prompts(call: Call, params: QueueParams) -> QueueResult:
    sessions = await call.client.sessions()
    return await sessions.queues.list(params.session_id)


async def update(call: Call, params: QueueUpdateParams) -> QueueResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.queues.update(params)


async def remove(call: Call, params: QueueRemoveParams) -> QueueResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.queues.remove(params.session_id, params.queue_id)


async def reorder(call: Call, params: QueueReorderParams) -> QueueResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.queues.reorder(params)


async def resume(call: Call, params: QueueParams) -> QueueResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.queues.resume(params.session_id)
