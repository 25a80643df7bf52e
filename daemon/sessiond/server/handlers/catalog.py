"""The handlers of `model/…`, `provider/…` and `tool/…`."""

from sessiond.server.call import Call
from sessiond_protocol.methods import (
    DirectoryParams,
    ModelListResult,
    ProviderListResult,
    SetKeyParams,
    SetKeyResult,
)
from sessiond_protocol.tools import ToolListResult


async def models(call: Call, params: DirectoryParams) -> ModelListResult:
    await call.client.configured()
    return await call.client.engine.models(params.directory)


async def providers(call: Call, params: DirectoryParams) -> ProviderListResult:
    await call.client.configured()
    return await call.client.engine.providers(params.directory)


async def set_key(call: Call, params: SetKeyParams) -> SetKeyResult:
    await call.client.configured()
    return await call.client.engine.set_key(params.provider, params.key)


async def tools(call: Call, params: DirectoryParams) -> ToolListResult:
    await call.client.configured()
    return await call.client.engine.tools(params.directory)
