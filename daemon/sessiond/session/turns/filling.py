"""Fills a prompt with what MCP servers have for it: a command becomes its text, a resource its content.

Used by the planner before a turn begins; nothing has been recorded yet when a server does not answer.
"""

from collections.abc import Sequence
from typing import TypeGuard

import msgspec

from sessiond.mcp.attachments import SCHEME, attached
from sessiond.mcp.base import Server
from sessiond.mcp.prompts import prompt_of
from sessiond_protocol.methods import ChatParams, FileInput, PromptPart


def needs_filling(params: ChatParams) -> bool:
    return params.command is not None or any(map(_is_resource, params.parts or ()))


async def filled_in(params: ChatParams, servers: Sequence[Server]) -> ChatParams:
    """The command's parts come first. Raises RpcError `invalidRequest` for what no server has or gives."""
    parts = [] if params.command is None else await prompt_of(params.command, servers)
    for part in params.parts or ():
        parts += await attached(part, servers) if _is_resource(part) else [part]
    return msgspec.structs.replace(params, command=None, parts=parts)


def _is_resource(part: PromptPart) -> TypeGuard[FileInput]:
    return isinstance(part, FileInput) and part.uri.startswith(SCHEME)
