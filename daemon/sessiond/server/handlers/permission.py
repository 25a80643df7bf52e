"""The handlers of `permission/…`."""

from sessiond.server.call import Call
from sessiond_protocol.methods import (
    PermissionListParams,
    PermissionListResult,
    PermissionReplyParams,
    PermissionReplyResult,
)


async def list_permissions(call: Call, params: PermissionListParams) -> PermissionListResult:
    sessions = await call.client.sessions()
    return sessions.permissions(params.session_id)


async def reply(call: Call, params: PermissionReplyParams) -> PermissionReplyResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.reply(params, by=call.client.outbox.name)
