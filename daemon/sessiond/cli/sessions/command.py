"""`sessiond sessions`: the conversations that are kept; list, show, search, export, import, prune, delete."""

import argparse
import asyncio
import os
import time
from collections.abc import Sequence

from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.sessions.documents import bring, export
from sessiond.cli.sessions.pruning import prune
from sessiond.cli.sessions.showing import show
from sessiond.cli.table import table
from sessiond.cli.turn.terminal import harmless
from sessiond.session.spending.words import money
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import ListParams, ListResult, SessionParams
from sessiond_protocol.wire import NoParams, to_json

TITLE = 80
"""Characters of one that a client has given, which may be any text."""
EPILOG = """\
examples:
  sessiond sessions                      the newest of this directory
  sessiond sessions list --all           of every directory
  sessiond sessions search retry limits  words of titles, prompts and answers
  sessiond sessions show ID
  sessiond sessions export ID -o talk.md  a conversation to read; without .md, JSON to import
  sessiond sessions import talk.json
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.set_defaults(action="list", all=False, limit=20, json=False, words=[])
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    for name, summary in (("list", "newest first"), ("search", "those that have all these words")):
        action = actions.add_parser(name, help=summary)
        if name == "search":
            action.add_argument("words", nargs="+")
        action.add_argument("--all", action="store_true", default=name == "search", help="of every directory")
        action.add_argument("--limit", type=int, default=20, help="at most this many (20)")
        action.add_argument("--json", action="store_true", help="one session a line, as the protocol has it")
    show = actions.add_parser("show", help="a whole conversation")
    show.add_argument("session")
    show.add_argument("--json", action="store_true", help="one message a line, as the protocol has it")
    export = actions.add_parser("export", help="one as a file: JSON, or Markdown to read")
    export.add_argument("session")
    export.add_argument("-o", "--output", metavar="FILE", help="where to (default: stdout)")
    export.add_argument("--format", choices=("json", "markdown"), help="default: Markdown for a FILE.md, else JSON")
    bring = actions.add_parser("import", help="one that was exported as JSON")
    bring.add_argument("file", metavar="FILE", help="`-` is stdin")
    bring.add_argument("-C", "--directory", help="where it is to work from now on (default: where it did)")
    pruning = actions.add_parser(
        "prune", help="what is old goes: sessions, outputs, logs; says how large everything is"
    )
    pruning.add_argument("--older-than", metavar="DAYS", help="sessions not changed for so long: 90, 90d, 12w, 6m, 1y")
    pruning.add_argument("--archived", action="store_true", help="archived sessions only")
    pruning.add_argument("--dry-run", action="store_true", help="say what would go, and change nothing")
    actions.add_parser("delete", help="for good, with its children").add_argument(
        "sessions", nargs="+", metavar="session"
    )


def main(options: argparse.Namespace) -> int:
    match options.action:
        case "import":
            asyncio.run(bring(options.file, options.directory))
        case _:
            asyncio.run(_ask(options))
    return 0


async def _ask(options: argparse.Namespace) -> None:
    async with engine_for("sessiond sessions") as client:
        match options.action:
            case "show":
                await show(client, options.session, json=options.json)
            case "export":
                await export(client, options.session, options.output, options.format)
            case "prune":
                await prune(client, options.older_than, archived=options.archived, dry_run=options.dry_run)
            case "delete":
                for session_id in options.sessions:
                    await client.call("session/delete", SessionParams(session_id), NoParams)
                    print(f"Deleted {session_id}.")
            case _:
                await _list(client, options)


async def _list(client: Client, options: argparse.Namespace) -> None:
    directory = None if options.all else os.getcwd()
    search = " ".join(options.words) or None
    wanted = ListParams(directory=directory, search=search, limit=options.limit)
    found = await client.call("session/list", wanted, ListResult)
    if options.json:
        for session in found.sessions:
            print(to_json(session).decode())
    elif found.sessions:
        print(table([("SESSION", "UPDATED", "STATE", "COST", "TITLE"), *map(_row, found.sessions)]))
    else:
        print("No sessions found." if search else f"No sessions in {directory or 'any directory'} yet.")


def _row(session: Session) -> Sequence[str]:
    updated = time.strftime("%Y-%m-%d %H:%M", time.localtime(session.updated_at / 1000))
    cost = "-" if session.cost is None else money(session.cost)
    return session.id, updated, _state(session), cost, " ".join(harmless(session.title).split())[:TITLE]


def _state(session: Session) -> str:
    return "waits for you" if session.waiting else "works" if session.turn_id else "-"
