"""Whether the survey of a project has left what it was for. Asked by `sessiond run --init` once its turn has ended."""

import json
from pathlib import Path

from sessiond.cli.client.client import Client
from sessiond.cli.turn.terminal import harmless
from sessiond_protocol.messages import Session, ToolPart
from sessiond_protocol.methods import ChatResult, MessagesParams, MessagesResult, SessionParams
from sessiond_protocol.models import DirectoryParams
from sessiond_protocol.projects import ProjectStatus

WRITTEN = "AGENTS.md"
WRITING = {"write", "edit", "patch"}
LATEST = 200
"""Messages that are looked at: the last word on the file stands near the end."""


async def shortcoming(client: Client, result: ChatResult) -> str | None:
    """Why the file is not as the survey wanted it, in words; None when all is well. Raises RpcError."""
    session = await client.call("session/get", SessionParams(result.session_id), Session)
    project = await client.call("project/status", DirectoryParams(session.directory), ProjectStatus)
    page = await client.call("session/messages", MessagesParams(session.id, LATEST), MessagesResult)
    turn = [message for message in page.messages if message.turn_id == result.turn_id]
    calls = [part for message in turn for part in message.parts if isinstance(part, ToolPart) and _is_about_it(part)]
    if calls and calls[-1].state.status == "failed":
        why = " ".join(harmless(calls[-1].state.error or "the call failed").split())
        return f"{WRITTEN} was not written: {why[:500]}"
    if not (Path(project.root) / WRITTEN).is_file():
        return f"The survey has ended without an {WRITTEN}. `sessiond sessions show {session.id}` has what was said."
    return None


def _is_about_it(call: ToolPart) -> bool:
    return call.name in WRITING and WRITTEN in json.dumps(call.state.input)
