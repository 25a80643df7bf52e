"""`sessiond sessions export` and `import`: sessions as files."""

import os
import sys
from pathlib import Path

from sessiond.cli.client.client import Client
from sessiond.cli.client.link import MOST_BYTES
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond_protocol import MAX_MESSAGE_BYTES
from sessiond_protocol.keeping.documents import ExportParams, ExportResult, ImportParams
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import to_json

STDIO = "-"
ENVELOPE_BYTES = 1024
"""More than a message has beside its parameters. What fits into none is taken in by an engine inside this process."""
MARKDOWN = {".md", ".markdown"}


async def export(client: Client, session_id: str, file: str | None, chosen: str | None) -> None:
    """To the file, or to stdout. Without a format the name of the file decides: `.md` is Markdown."""
    markdown = chosen == "markdown" or (chosen is None and file is not None and Path(file).suffix in MARKDOWN)
    params = ExportParams(session_id, "markdown" if markdown else "json")
    result = await client.call("session/export", params, ExportResult)
    if file in (None, STDIO):
        sys.stdout.write(harmless(result.document) if sys.stdout.isatty() else result.document)
        return
    path = Path(file or STDIO)
    path.write_text(result.document, "utf-8", newline="\n")
    tasks = f" and {result.sessions - 1} of its tasks" if result.sessions > 1 else ""
    print(f"Wrote {session_id}{tasks} to {path} ({path.stat().st_size:,} bytes).", file=sys.stderr)


async def bring(file: str, directory: str | None) -> None:
    """From the file, or from stdin. Raises Failed for one that cannot be read, RpcError for one that is no document."""
    params = ImportParams(_text(file), None if directory is None else os.path.realpath(directory))
    too_large = len(to_json(params)) + ENVELOPE_BYTES > MAX_MESSAGE_BYTES
    async with engine_for("sessiond sessions", alone=too_large) as client:
        session = await client.call("session/import", params, Session)
    origin = f", a copy of {session.origin.session_id}, which is here already" if session.origin else ""
    print(f"Imported {session.id}{origin}: {harmless(session.title)}")


def _text(file: str) -> str:
    try:
        with sys.stdin.buffer if file == STDIO else open(file, "rb") as stream:
            return stream.read(MOST_BYTES).decode()
    except UnicodeDecodeError:
        raise Failed(f"{file} is not UTF-8 text, so no exported session. Nothing was changed.") from None
