"""The handlers of `project/…`."""

from sessiond.server.call import Call
from sessiond_protocol.projects import ProjectParams, ProjectStatus, TrustParams


async def status(call: Call, params: ProjectParams) -> ProjectStatus:
    return await call.client.guest.project(params.directory)


async def trust(call: Call, params: TrustParams) -> ProjectStatus:
    return await call.client.guest.trust(params)
