"""What a server asks of its client and tells it, brought before the host. Given to the SDK by `connect.py`.

What cannot be done is an error answer, and never the end of the connection.
"""

import reprlib
from typing import Any

import mcp_types as mcp
import msgspec
from mcp.client import ClientRequestContext, IncomingMessage

from sessiond.mcp.base import Host, ServerFailed
from sessiond.mcp.connection.failures import clipped
from sessiond.mcp.connection.translation.form import filled_in
from sessiond.mcp.connection.translation.from_mcp import from_sampling
from sessiond.mcp.connection.translation.to_mcp import to_message, to_roots
from sessiond.tools.base import Inquiry

CHANGES = mcp.ToolListChangedNotification | mcp.PromptListChangedNotification | mcp.ResourceListChangedNotification
LONGEST_MESSAGE = 4000
LONGEST_URL = 8000
MOST_SCHEMA_BYTES = 64 * 1024
_brief = reprlib.Repr()
"""Of what would take a second to be written as a whole, and be cut then."""
_brief.maxlevel, _brief.maxdict, _brief.maxlist, _brief.maxstring = 4, 20, 20, 1000


class Callbacks:
    """Those of one connection."""

    def __init__(self, server: str, host: Host) -> None:
        self._source = f"MCP server {server}"
        self._host = host

    async def list_roots(self, context: ClientRequestContext) -> mcp.ListRootsResult:
        return to_roots(self._host.roots())

    async def elicit(
        self, context: ClientRequestContext, params: mcp.ElicitRequestParams
    ) -> mcp.ElicitResult | mcp.ErrorData:
        message = params.message[:LONGEST_MESSAGE]
        if isinstance(params, mcp.ElicitRequestURLParams):
            return await self.ask_to_open(params.url, message)
        schema = params.requested_schema
        if len(msgspec.json.encode(schema)) > MOST_SCHEMA_BYTES:
            return mcp.ErrorData(code=mcp.INVALID_PARAMS, message="The form is too long for a person to fill in.")
        answer = await self._host.inquire(Inquiry(source=self._source, message=message, schema=schema))
        if answer.action != "accept":
            return mcp.ElicitResult(action=answer.action)
        try:
            return mcp.ElicitResult(action="accept", content={**filled_in(answer.content or {}, schema)})
        except ValueError as error:
            self._host.log(f"The answer to its question was not sent: {error}.")
            return mcp.ErrorData(code=mcp.INTERNAL_ERROR, message=f"The user's answer does not fit the schema: {error}")

    async def ask_to_open(self, url: str, message: str) -> mcp.ElicitResult | mcp.ErrorData:
        """Whether the user has opened an address, which only a page of the web may be."""
        if len(url) > LONGEST_URL or not url.isprintable() or not url.startswith(("https://", "http://")):
            return mcp.ErrorData(code=mcp.INVALID_PARAMS, message="Only addresses of web pages can be opened.")
        answer = await self._host.inquire(Inquiry(source=self._source, message=message, url=url))
        return mcp.ElicitResult(action=answer.action)

    async def sample(
        self, context: ClientRequestContext, params: mcp.CreateMessageRequestParams
    ) -> mcp.CreateMessageResult | mcp.ErrorData:
        if params.tools:
            return mcp.ErrorData(code=mcp.INVALID_PARAMS, message="Sampling with tools is not offered.")
        try:
            return to_message(await self._host.sample(from_sampling(params)))
        except ServerFailed as failure:
            return mcp.ErrorData(code=mcp.INTERNAL_ERROR, message=str(failure))

    async def log(self, params: mcp.LoggingMessageNotificationParams) -> None:
        name = f" {params.logger}" if params.logger else ""
        self._host.log(clipped(f"{params.level}{name}: {_plain(params.data)}"))

    async def notice(self, message: IncomingMessage) -> None:
        if isinstance(message, CHANGES):
            self._host.changed()
        elif isinstance(message, Exception) and not isinstance(message, ServerFailed):
            self._host.log(clipped(f"sent what is no message of MCP: {message}"))


def _plain(data: Any) -> str:
    return data if isinstance(data, str) else _brief.repr(data)
