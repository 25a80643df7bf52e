"""The handlers of `session/export` and `session/import`."""

from sessiond.server.call import Call
from sessiond_protocol.keeping.documents import ExportParams, ExportResult, ImportParams
from sessiond_protocol.messages import Session


async def export(call: Call, params: ExportParams) -> ExportResult:
    sessions = await call.client.sessions()
    return await sessions.exchange.export(params)


async def bring(call: Call, params: ImportParams) -> Session:
    sessions = await call.client.sessions()
    with call.reading_rows():
        return await sessions.exchange.bring(params)
