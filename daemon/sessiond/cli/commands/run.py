"""`sessiond run`: one turn of a conversation in the terminal, by an engine inside this process.

The answer goes to stdout, everything about it to stderr.
"""

import argparse
import asyncio
import os
import sys
import time
from typing import BinaryIO, cast

from sessiond.app import Engine, create_engine
from sessiond.cli.commands.local import provide_local_model
from sessiond.cli.turn.asker import Asker
from sessiond.cli.turn.drive import QUIT, Ended, Wanted, run_turn
from sessiond.cli.turn.json_lines import JsonLines
from sessiond.cli.turn.listener import Listener
from sessiond.cli.turn.servers import await_servers
from sessiond.cli.turn.terminal import Terminal
from sessiond.config.errors import Failed
from sessiond.local.models import DEFAULT, LocalModel, find_model
from sessiond.session.spending.words import money, tokens
from sessiond.tools.paths import quoted
from sessiond_protocol.methods import ChatResult

EPILOG = """\
examples:
  sessiond run "Which Python version does this project need? Read pyproject.toml."
  git diff | sessiond run "Write a commit message for this."
  sessiond run --continue "And in one line?"
  sessiond run --init                       surveys the project and writes AGENTS.md
  sessiond run --json "Say hello." | jq -j 'select(.type == "part.delta" and .field == "text").text'

Ctrl-C aborts the turn and keeps the session; a second one quits at once. Without a key and without a
model server, a small model is fetched (1.1 GB, once) and started on this machine.
"""
TITLE_SECONDS = 5.0
"""That the command waits at its end for the small model to name the session, where there is one."""


class NoModel(Exception):
    """Nothing can answer but a local model that does not run yet."""

    def __init__(self, model: LocalModel) -> None:
        self.model = model


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("prompt", nargs="*", help="what to ask; text from a pipe is added to it")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "-c", "--continue", dest="newest", action="store_true", help="the newest session of the directory"
    )
    which.add_argument("-s", "--session", metavar="ID", help="a session by its id")
    parser.add_argument("-m", "--model", metavar="PROVIDER/MODEL", help="the model to ask (see `sessiond models`)")
    parser.add_argument("-C", "--directory", default=".", help="the project to work in (default: here)")
    parser.add_argument("--init", action="store_true", help="survey the project and write, or improve, its AGENTS.md")
    parser.add_argument("--json", action="store_true", help="the protocol's events on stdout, one a line")
    parser.add_argument("-y", "--yes", action="store_true", help="allow whatever asks for permission")


def main(options: argparse.Namespace) -> int:
    text = "" if options.init else _prompt(options.prompt)
    if options.init and options.prompt:
        print("sessiond: --init has a prompt of its own; leave yours out.", file=sys.stderr)
        return 2
    if not options.init and not text.strip():
        print('sessiond: nothing was asked. Give a prompt: sessiond run "What is this project?"', file=sys.stderr)
        return 2
    directory = os.path.realpath(options.directory)
    if not os.path.isdir(directory):
        raise Failed(f"There is no directory {quoted(options.directory)}.")
    wanted = Wanted(text, directory, options.session, options.newest, options.model, options.init)
    try:
        return asyncio.run(_run(wanted, options))
    except NoModel as none:
        provide_local_model(none.model)
        return asyncio.run(_run(wanted, options))


def _prompt(words: list[str]) -> str:
    """The argument and what a pipe brings, in this order."""
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read().decode(errors="replace")
    # Arguments that are not UTF-8 come with lone surrogates, which nothing behind this can carry.
    argument = " ".join(words).encode(errors="surrogateescape").decode(errors="replace")
    return "\n\n".join(text for text in (argument, piped.strip("\n")) if text)


async def _run(wanted: Wanted, options: argparse.Namespace) -> int:
    engine = create_engine(directory=wanted.directory)
    try:
        if model := await _missing_model(engine, wanted):
            raise NoModel(model)
        return await _turn(engine, wanted, options)
    finally:
        await engine.close()


async def _turn(engine: Engine, wanted: Wanted, options: argparse.Namespace) -> int:
    begun = time.monotonic()
    terminal = Terminal(sys.stdout, sys.stderr)
    view = JsonLines(cast(BinaryIO, sys.stdout.buffer)) if options.json else terminal
    listener = Listener(view)
    sessions = await engine.sessions()
    sessions.queues.stay("`sessiond run` has one turn only.")
    await await_servers(engine, wanted.directory, terminal.say)
    ended = await run_turn(sessions, wanted, listener, Asker(allow_all=options.yes))
    if listener.refusal is not None:
        raise listener.refusal
    if not ended.interrupted:
        await sessions.titles.settled(TITLE_SECONDS)
    waiting = len((await sessions.queues.list(ended.result.session_id)).queue)
    return _conclude(ended, waiting, terminal, time.monotonic() - begun)


async def _missing_model(engine: Engine, wanted: Wanted) -> LocalModel | None:
    """The local model to start, when one is asked for by name or nothing else can answer."""
    name = wanted.model or (await engine.own.models(wanted.directory)).default
    if name is None:
        return DEFAULT
    if not name.startswith("local/"):
        return None
    providers = (await engine.own.providers(wanted.directory)).providers
    ours = next((provider for provider in providers if provider.id == "local"), None)
    return find_model(name) if ours and ours.source == "local" and not ours.usable else None


def _conclude(ended: Ended, waiting: int, terminal: Terminal, seconds: float) -> int:
    """`waiting`: the prompts in the session's queue, which are for a client that stays."""
    result = ended.result
    terminal.end_line()
    terminal.say(_figures(result, seconds))
    if waiting:
        terminal.say(f"{waiting} {'prompt waits' if waiting == 1 else 'prompts wait'} in this session's queue, held.")
    if ended.interrupted:
        terminal.say(f'Aborted. The session is kept: sessiond run --session {result.session_id} "..."')
        return QUIT
    if result.error:
        print(f"sessiond: {result.error.message}", file=sys.stderr)
        return 1
    if result.stop_reason != "endTurn":
        terminal.say(f"The turn ended early: {result.stop_reason}.")
    return 0


def _figures(result: ChatResult, seconds: float) -> str:
    return f"{tokens(result.usage)}, {money(result.cost)}, {seconds:.1f} s"
