"""`sessiond sessions export` and `import`: sessions as files."""

import os
import sys
from pathlib import Path

from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond.session.exchange.document import LARGEST
from sessiond.session.manager import SessionManager
from sessiond_protocol.keeping.documents import ExportParams, ImportParams

STDIO = "-"
MARKDOWN = {".md", ".markdown"}


async def export(manager: SessionManager, session_id: str, file: str | None, chosen: str | None) -> None:
    """To the file, or to stdout. Without a format the name of the file decides: `.md` is Markdown."""
    markdown = chosen == "markdown" or (chosen is None and file is not None and Path(file).suffix in MARKDOWN)
    params = ExportParams(session_id, "markdown" if markdown else "json")
    result = await manager.exchange.export(params)
    if file in (None, STDIO):
        sys.stdout.write(harmless(result.document) if sys.stdout.isatty() else result.document)
        return
    path = Path(file or STDIO)
    path.write_text(result.document, "utf-8", newline="\n")
    tasks = f" and {result.sessions - 1} of its tasks" if result.sessions > 1 else ""
    print(f"Wrote {session_id}{tasks} to {path} ({path.stat().st_size:,} bytes).", file=sys.stderr)


async def bring(manager: SessionManager, file: str, directory: str | None) -> None:
    """From the file, or from stdin. Raises Failed for one that cannot be read, RpcError for one that is no document."""
    where = None if directory is None else os.path.realpath(directory)
    session = await manager.exchange.bring(ImportParams(_text(file), directory=where))
    origin = f", a copy of {session.origin.session_id}, which is here already" if session.origin else ""
    print(f"Imported {session.id}{origin}: {harmless(session.title)}")


def _text(file: str) -> str:
    try:
        with sys.stdin.buffer if file == STDIO else open(file, "rb") as stream:
            return stream.read(LARGEST + 1).decode()
    except UnicodeDecodeError:
        raise Failed(f"{file} is not UTF-8 text, so no exported session. Nothing was changed.") from None
