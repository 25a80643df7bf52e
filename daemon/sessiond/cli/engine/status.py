"""`sessiond status`: the engine in the background and its clients."""

import argparse
import asyncio
import os
import time

from sessiond import __version__
from sessiond.cli.engine.link import none_runs, running
from sessiond.cli.engine.turns import turns_in_words
from sessiond.cli.table import table
from sessiond.cli.turn.terminal import harmless
from sessiond_protocol.serving.lifecycle import ClientStatus, StatusResult
from sessiond_protocol.wire import NoParams, to_json

EPILOG = """\
Starts no engine. Exit code 1 if none runs.

examples:
  sessiond status
  sessiond status --json | jq '.connected[].name'
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("--json", action="store_true", help="as `server/status` of the protocol gives it, or `null`")


def main(options: argparse.Namespace) -> int:
    return asyncio.run(_status(json=options.json))


async def _status(*, json: bool) -> int:
    async with running("sessiond status") as link:
        if link is None:
            print("null" if json else none_runs())
            return 1
        status = await link.ask("server/status", NoParams(), StatusResult)
    print(to_json(status).decode() if json else "\n".join(_lines(status)))
    return 0


def _lines(status: StatusResult) -> list[str]:
    version = "" if status.version == __version__ else f" (this command is of {__version__})"
    facts = [
        ("engine", f"sessiond {harmless(status.version)}{version}, process {status.pid}"),
        ("runs for", duration(status.uptime_ms / 1000)),
        ("memory", f"{status.memory_bytes / 1e6:.0f} MB"),
        ("data", f"{harmless(status.data_directory)} ({harmless(status.storage)})"),
        ("sessions", f"{status.sessions} in memory, {turns_in_words(status.turns)}"),
        ("sandbox", harmless(status.sandbox.reason or status.sandbox.state)),
    ]
    if status.leaving:
        facts.append(("leaves", "once no turn runs"))
    others = [client for client in status.connected if client.process_id != os.getpid()]
    rows = [("CLIENT", "PROCESS", "SINCE", "SESSIONS", "DIRECTORY"), *map(_row, others)]
    return [table(facts), "", table(rows) if others else "No clients."]


def _row(client: ClientStatus) -> tuple[str, ...]:
    return (
        harmless(client.name),
        "-" if client.process_id is None else str(client.process_id),
        duration(time.time() - client.connected_at / 1000),
        str(client.subscribed),
        harmless(client.directory or "-"),
    )


def duration(seconds: float) -> str:
    """In the two largest units that say anything: `2 d 3 h`, `5 min 10 s`."""
    rest, words = max(0, int(seconds)), list[str]()
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count or (unit == "s" and not words):
            words.append(f"{count} {unit}")
    return " ".join(words[:2])
