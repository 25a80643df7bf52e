"""The handlers of `permission/…`."""

from sessiond.server.call import Call
from sessiond_protocol.asking.permissions import (
    PermissionListParams,
    PermissionListResult,
    PermissionReplyParams,
    PermissionReplyResult,
    RemoveRuleParams,
    RulesResult,
)
from sessiond_protocol.models import DirectoryParams
from sessiond_protocol.wire import NoParams


async def list_permissions(call: Call, params: PermissionListParams) -> PermissionListResult:
    sessions = await call.client.sessions()
    return sessions.permissions(params.session_id)


async def reply(call: Call, params: PermissionReplyParams) -> PermissionReplyResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.reply(params, by=call.client.outbox.name)


async def rules(call: Call, params: DirectoryParams) -> RulesResult:
    sessions = await call.client.sessions()
    return await sessions.rules(params.directory)


async def remove_rule(call: Call, params: RemoveRuleParams) -> NoParams:
    sessions = await call.client.sessions()
    await sessions.remove_rule(params.id)
    return NoParams()
