"""The handlers of `sessions/…`: what concerns many at once."""

from sessiond.server.call import Call
from sessiond_protocol.keeping.pruning import PruneParams, PruneResult
from sessiond_protocol.watching import WatchParams
from sessiond_protocol.wire import NoParams


async def watch(call: Call, params: WatchParams) -> NoParams:
    sessions = await call.client.sessions()
    call.keep_place()
    sessions.keeper.watchers.watch(call.client.outbox.rows, params.directory)
    return NoParams()


async def unwatch(call: Call, params: WatchParams) -> NoParams:
    sessions = await call.client.sessions()
    sessions.keeper.watchers.unwatch(call.client.outbox.rows, params.directory)
    return NoParams()


async def prune(call: Call, params: PruneParams) -> PruneResult:
    return await (await call.client.guest.pruning()).prune(params)
