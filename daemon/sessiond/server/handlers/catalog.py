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
    return await call.client.guest.models(params.directory)


async def providers(call: Call, params: DirectoryParams) -> ProviderListResult:
    return await call.client.guest.providers(params.directory)


async def set_key(call: Call, params: SetKeyParams) -> SetKeyResult:
    return await call.client.guest.set_key(params.provider, params.key)


async def tools(call: Call, params: DirectoryParams) -> ToolListResult:
    return await call.client.guest.tools(params.directory)
