"""Resources of MCP servers as attachments of a prompt: file parts with a URI `mcp:<server>:<the server's own URI>`.

Used by `mcp/requests.py` and by a session before a turn begins.
"""

from collections.abc import Sequence

from sessiond.mcp.base import ResourceFacts, ResourceText, Server, ServerFailed
from sessiond.mcp.prompt_parts import PromptParts
from sessiond.mcp.tools.finding import found_resources
from sessiond.mcp.tools.words import brief, one_line
from sessiond.tools.paths import quoted
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.mcp import McpResource
from sessiond_protocol.methods import FileInput, PromptPart

SCHEME = "mcp:"


def resources_of(servers: Sequence[Server], query: str | None = None) -> list[McpResource]:
    return [_resource(server, facts) for server, facts in found_resources(servers, query)]


async def attached(part: FileInput, servers: Sequence[Server]) -> list[PromptPart]:
    """The content of the resource: texts under its name and URI, images and PDFs as files.

    Raises RpcError `invalidRequest` for a resource that no server has, or gives.
    """
    name, colon, uri = part.uri.removeprefix(SCHEME).partition(":")
    server = next((server for server in servers if server.name == name), None)
    if server is None or not colon or not uri:
        names = ", ".join(server.name for server in servers) or "none"
        raise _invalid(f"{quoted(part.uri)} is no resource of an MCP server here. The servers are: {names}.")
    try:
        contents = await server.read(uri)
    except ServerFailed as failure:
        raise _invalid(f"{quoted(part.uri)} cannot be read: {brief(str(failure), 1000)}") from None
    parts = PromptParts()
    if any(isinstance(content, ResourceText) for content in contents):
        parts.say(f"Resource {one_line(part.name or uri)} of the MCP server {name}:")
    parts.add(contents)
    if not (whole := parts.whole()):
        raise _invalid(f"{quoted(part.uri)} is empty.")
    return whole


def _resource(server: Server, facts: ResourceFacts) -> McpResource:
    return McpResource(
        server=server.name,
        uri=f"{SCHEME}{server.name}:{facts.uri}",
        name=one_line(facts.name),
        template=facts.template,
        title=one_line(facts.title) if facts.title else None,
        description=one_line(facts.description) if facts.description else None,
        media_type=one_line(facts.media_type) if facts.media_type else None,
        size=facts.size,
    )


def _invalid(message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": "parts"})
