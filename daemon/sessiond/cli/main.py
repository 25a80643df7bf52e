"""Finds the command that was asked for, runs it, and turns failures into a sentence and an exit code.

Called by `__main__` for everything but the bare daemon, whose first answer has no time for argparse.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from sessiond import __version__
from sessiond.config.errors import Failed
from sessiond_protocol.errors import RpcError

COMMANDS: dict[str, str] = {
    "serve": "the engine on stdin and stdout, for editors (what `sessiond` alone does)",
    "run": "ask something in this directory and see the answer here",
    "sessions": "list, show, search, export, import, prune and delete conversations",
    "tool": "run one tool by itself and see its result",
    "permission": "see what the rules decide, and the rules that answers have saved",
    "mcp": "servers whose tools models get: list, add, remove, try, log in, read their logs",
    "trust": "see what a project's own settings want, and let them count",
    "models": "the models that can be used, with limits and prices",
    "auth": "add, list and remove API keys",
    "local": "a small real model on this machine, without any key",
    "status": "the engine in the background: its clients, its turns",
    "stop": "end the engine in the background",
    "restart": "have a new engine take its place",
    "logs": "what the engine has written down",
    "doctor": "check the installation, and say what to do about what is wrong",
    "schema": "the protocol as an OpenRPC document, or the config file's JSON Schema",
    "completion": "a completion script for bash, zsh or fish",
}

ROOMS = {
    "mcp": "sessiond.cli.mcp.command",
    "sessions": "sessiond.cli.sessions.command",
    "status": "sessiond.cli.engine.status",
    "stop": "sessiond.cli.engine.stop",
    "restart": "sessiond.cli.engine.restart",
    "logs": "sessiond.cli.engine.logs",
}
"""Commands with a room of their own; the others are modules of `commands/`."""

EXAMPLES = """\
examples:
  sessiond run "What does this project do? Read README.md."
  git diff | sessiond run "Write a commit message for this."
  sessiond run --continue "And in one line?"
  sessiond auth add anthropic
  sessiond doctor

`sessiond COMMAND --help` tells more of each. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 Ctrl-C.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit code. Nothing a person does wrong shows a traceback."""
    if sys.stderr is None:  # closed by whoever started us  # pyright: ignore[reportUnnecessaryComparison] - typeshed hides it
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115 - it stays open to the end
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = build_parser(_asked_for(given)).parse_args(given)
    try:
        exit_code = options.main(options)
        sys.stdout.flush()  # what cannot be written is said here, not by the interpreter at its end
        return exit_code
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return _reader_left()
    except OSError as error:
        return _cannot(error)
    except (Failed, RpcError) as error:
        print(f"sessiond: {error.message}", file=sys.stderr)
        return 1


def _cannot(error: OSError) -> int:
    """A full disk behind `>`, above all."""
    where = f" ({error.filename})" if error.filename else ""
    print(f"sessiond: the system refused{where}: {error.strerror or error}.", file=sys.stderr)
    return _reader_left()


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """The whole command line, or with the arguments of one command `only`, which imports less."""
    parser = argparse.ArgumentParser(
        prog="sessiond",
        description="The session engine for coding agents: one daemon, every editor a client.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"sessiond {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if only in (None, name):
            module = importlib.import_module(ROOMS.get(name, f"sessiond.cli.commands.{name}"))
            module.arguments(command)
            command.set_defaults(main=module.main)
    return parser


def _asked_for(given: Sequence[str]) -> str:
    return next((word for word in given if word in COMMANDS), "")


def _reader_left() -> int:
    """Whoever read stdout is gone; without this the interpreter complains when it flushes at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
