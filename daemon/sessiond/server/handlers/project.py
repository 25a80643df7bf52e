"""The handlers of `project/…`."""

from sessiond.server.call import Call
from sessiond_protocol.projects import ProjectParams, ProjectStatus, TrustParams


async def status(call: Call, params: ProjectParams) -> ProjectStatus:
    await call.client.configured()
    return await call.client.engine.project(params.directory)


async def trust(call: Call, params: TrustParams) -> ProjectStatus:
    await call.client.configured()
    return await call.client.engine.trust(params)
