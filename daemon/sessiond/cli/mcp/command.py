"""`sessiond mcp`: the MCP servers of this directory's project; list, add, remove, try, log in, read their logs."""

import argparse
import asyncio
import os
import shlex
from pathlib import Path
from typing import Any

from sessiond.cli.mcp.asking import list_servers, show_log, try_server
from sessiond.config.project import project_root

EPILOG = """\
examples:
  sessiond mcp                                     each server with its state
  sessiond mcp add git -- uvx mcp-server-git       started here
  sessiond mcp add docs https://example.org/mcp    runs elsewhere
  sessiond mcp add db --env 'DB_URL=${DB_URL}' -- npx -y some-db-server
  sessiond mcp test git                            starts it and shows what it offers
"""

STAND_IN = "COMMAND"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.set_defaults(action="list", json=False, start=True)
    actions = parser.add_subparsers(metavar="ACTION", dest="action", parser_class=_WithCommand)
    listing = actions.add_parser("list", help="each server: its state, its tools, where it is configured")
    listing.add_argument("--json", action="store_true", help="as `mcp/list` of the protocol gives it")
    listing.add_argument("--no-start", dest="start", action="store_false", help="do not start those that are idle")
    _arguments_of_add(actions.add_parser("add", help="configure one, for yourself or for the project"))
    removal = _named(actions.add_parser("remove", help="take one out of the configuration, and forget its login"))
    removal.add_argument("--project", action="store_true", help="out of the project's .mcp.json")
    _named(actions.add_parser("test", help="start one and show what it offers, or why it does not start"))
    login = _named(actions.add_parser("auth", help="log in to a remote one with the browser"))
    login.add_argument("--forget", action="store_true", help="forget the login instead")
    logs = _named(actions.add_parser("logs", help="what one has written to stderr, and what became of it"))
    logs.add_argument("--lines", type=int, default=200, help="how many of the newest (200)")


def main(options: argparse.Namespace) -> int:
    directory = os.getcwd()
    match options.action:
        case "add" | "remove":
            return _configure(options, Path(project_root(directory)))
        case "test":
            return asyncio.run(try_server(options.name, directory))
        case "auth":
            return asyncio.run(_authorize(options, directory))
        case "logs":
            return asyncio.run(show_log(options.name, directory, options.lines))
        case _:
            return asyncio.run(list_servers(directory, start=options.start, as_json=options.json))


def _configure(options: argparse.Namespace, root: Path) -> int:
    from sessiond.cli.mcp.adding import add, remove  # noqa: PLC0415 - pydantic: the other actions need none

    return add(options, root) if options.action == "add" else remove(options.name, root, only_project=options.project)


async def _authorize(options: argparse.Namespace, directory: str) -> int:
    from sessiond.cli.mcp.login import forget, log_in  # noqa: PLC0415 - likewise

    return await (forget if options.forget else log_in)(options.name, directory)


class _WithCommand(argparse.ArgumentParser):
    """What stands behind the first `--` is a command as it is: argparse would look for more of them in it."""

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - typeshed has it as overloads
        self, args: Any = None, namespace: Any = None
    ) -> Any:
        words: list[str] = list(args or ())
        if "--" not in words:
            parsed, unknown = super().parse_known_args(words, namespace)
            if unknown and (target := getattr(parsed, "target", None)):
                self.error(f"the options of a command stand behind `--`: -- {shlex.join([*target, *unknown])}")
            return parsed, unknown
        at = words.index("--")
        parsed, unknown = super().parse_known_args([*words[:at], STAND_IN], namespace)
        if (command := words[at + 1 :]) and getattr(parsed, "target", None) == [STAND_IN]:
            parsed.target = command
        else:
            self.error("one COMMAND is expected behind `--`, and no other before it")
        return parsed, unknown


def _named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("name", metavar="NAME")
    return parser


def _arguments_of_add(parser: argparse.ArgumentParser) -> None:
    parser.usage = "sessiond mcp add NAME [OPTIONS] (URL | -- COMMAND [ARGUMENT ...])"
    parser.add_argument("name", metavar="NAME", help="its tools are called NAME_...")
    parser.add_argument("target", metavar="COMMAND", nargs="+", help="the program with its arguments, or a URL")
    parser.add_argument("--project", action="store_true", help="into .mcp.json, for all who work on the project")
    parser.add_argument("--force", action="store_true", help="replace one of the same name")
    parser.add_argument("--env", metavar="K=V", action="append", default=[], help="a variable; '${K}' stands for yours")
    parser.add_argument("--cwd", metavar="DIR", help="where the program runs (the project's root)")
    parser.add_argument(
        "--header", metavar="K=V", action="append", default=[], help="sent to the URL with each request"
    )
    parser.add_argument("--transport", choices=["http", "sse"], help="how the URL is spoken to (found out)")
    parser.add_argument("--timeout", metavar="S", type=float, help="seconds that a call may take without progress")
