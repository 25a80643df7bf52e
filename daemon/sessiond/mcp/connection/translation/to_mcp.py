"""What servers are answered, from the room's types into the SDK's. Pure."""

from collections.abc import Sequence

import mcp_types as mcp
from pydantic import FileUrl

from sessiond.mcp.base import Sampled


def to_roots(uris: Sequence[str]) -> mcp.ListRootsResult:
    return mcp.ListRootsResult(roots=[mcp.Root(uri=FileUrl(uri)) for uri in uris])


def to_message(sampled: Sampled) -> mcp.CreateMessageResult:
    return mcp.CreateMessageResult(
        role="assistant",
        content=mcp.TextContent(text=sampled.text),
        model=sampled.model,
        stop_reason=sampled.finish_reason,
    )
