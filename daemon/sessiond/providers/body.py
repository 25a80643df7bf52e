"""Builds the body of a request, away from the event loop where pictures have to be read for it.

Called by the adapters. What the body looks like is theirs.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from sessiond.providers.base import ModelRequest
from sessiond_protocol.messages import FilePart, Part, ToolPart


async def built(request: ModelRequest, build: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What `build` gives. A picture may have 20 MB, which are read and encoded anew for each request."""
    if request.images and any(_has_file(part) for message in request.messages for part in message.parts):
        return await asyncio.to_thread(build)
    return build()


def _has_file(part: Part) -> bool:
    return isinstance(part, FilePart) or (isinstance(part, ToolPart) and bool(part.state.attachments))
