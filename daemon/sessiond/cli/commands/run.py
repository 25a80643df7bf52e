"""`sessiond run`: one turn of a conversation in the terminal, as a client of the engine.

The answer goes to stdout, everything about it to stderr.
"""

import argparse
import asyncio
import os
import sys
import time
from typing import BinaryIO, cast

from sessiond.cli.client.client import Client
from sessiond.cli.client.reaching import engine_for
from sessiond.cli.commands.local import provide_local_model
from sessiond.cli.turn.asking.asker import Asker
from sessiond.cli.turn.drive import QUIT, Ended, Wanted, run_turn
from sessiond.cli.turn.json_lines import JsonLines
from sessiond.cli.turn.listener import Listener
from sessiond.cli.turn.servers import await_servers
from sessiond.cli.turn.survey import shortcoming
from sessiond.cli.turn.terminal import Terminal
from sessiond.config.errors import Failed
from sessiond.local.models import DEFAULT, LocalModel, find_model
from sessiond.session.spending.words import money, tokens
from sessiond.tools.paths import quoted
from sessiond_protocol.course.queue import QueueParams, QueueResult
from sessiond_protocol.methods import ChatResult
from sessiond_protocol.models import DirectoryParams, ModelListResult, ProviderListResult

EPILOG = """\
examples:
  sessiond run "Which Python version does this project need? Read pyproject.toml."
  git diff | sessiond run "Write a commit message for this."
  sessiond run --continue "And in one line?"
  sessiond run --init                       surveys the project and writes AGENTS.md
  sessiond run --json "Say hello." | jq -j 'select(.type == "part.delta" and .field == "text").text'

Ctrl-C aborts the turn and keeps the session; a second one quits at once. The turn runs in the engine that editors
use as well: they see it live. Without a key and without a model server, a small model is fetched (1.1 GB, once) and
started on this machine.
"""


class Interrupted(Exception):
    """Ctrl-C: nothing more is waited for."""


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
    parser.add_argument(
        "--standalone", action="store_true", help="by an engine inside this process, for this turn only"
    )


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
    except Interrupted:
        return QUIT


def _prompt(words: list[str]) -> str:
    """The argument and what a pipe brings, in this order."""
    piped = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read().decode(errors="replace")
    # Arguments that are not UTF-8 come with lone surrogates, which nothing behind this can carry.
    argument = " ".join(words).encode(errors="surrogateescape").decode(errors="replace")
    return "\n\n".join(text for text in (argument, piped.strip("\n")) if text)


async def _run(wanted: Wanted, options: argparse.Namespace) -> int:
    async with engine_for("sessiond run", wanted.directory, alone=options.standalone, prompts=True) as client:
        if model := await _missing_model(client, wanted):
            raise NoModel(model)
        return await _turn(client, wanted, options)


async def _turn(client: Client, wanted: Wanted, options: argparse.Namespace) -> int:
    begun = time.monotonic()
    terminal = Terminal(sys.stdout, sys.stderr)
    view = JsonLines(cast(BinaryIO, sys.stdout.buffer)) if options.json else terminal
    listener = Listener(view)
    await await_servers(client, wanted.directory, terminal.say)
    ended = await run_turn(client, wanted, listener, Asker(allow_all=options.yes), terminal.say)
    if listener.refusal is not None:
        raise listener.refusal
    waiting = await client.call("queue/list", QueueParams(ended.result.session_id), QueueResult)
    exit_code = _conclude(ended, waiting, terminal, time.monotonic() - begun)
    if exit_code == 0 and wanted.init and (why := await shortcoming(client, ended.result)):
        print(f"sessiond: {why}", file=sys.stderr)
        return 1
    return exit_code


async def _missing_model(client: Client, wanted: Wanted) -> LocalModel | None:
    """The local model to start, when one is asked for by name or nothing else can answer."""
    here = DirectoryParams(wanted.directory)
    name = wanted.model or (await client.call("model/list", here, ModelListResult)).default
    if name is None:
        return DEFAULT
    if not name.startswith("local/"):
        return None
    providers = (await client.call("provider/list", here, ProviderListResult)).providers
    ours = next((provider for provider in providers if provider.id == "local"), None)
    return find_model(name) if ours and ours.source == "local" and not ours.usable else None


def _conclude(ended: Ended, waiting: QueueResult, terminal: Terminal, seconds: float) -> int:
    """The exit code. Raises Interrupted."""
    result = ended.result
    terminal.end_line()
    terminal.say(_figures(result, seconds))
    if waiting.queue:
        terminal.say(_queued(waiting))
    if ended.interrupted:
        terminal.say(f'Aborted. The session is kept: sessiond run --session {result.session_id} "..."')
        raise Interrupted
    if result.error:
        print(f"sessiond: {result.error.message}", file=sys.stderr)
        return 1
    if result.stop_reason == "interrupted":
        print(
            f"sessiond: The turn was cut off. It is kept: sessiond sessions show {result.session_id}", file=sys.stderr
        )
        return 1
    if result.stop_reason != "endTurn":
        terminal.say(f"The turn ended early: {result.stop_reason}.")
    return 0


def _queued(waiting: QueueResult) -> str:
    """Prompts of other clients, which wait in the session for turns of their own."""
    count = len(waiting.queue)
    begun = f"{count} {'prompt waits' if count == 1 else 'prompts wait'} in this session's queue"
    return f"{begun}, held." if waiting.held else f"{begun}; the engine goes on with {'it' if count == 1 else 'them'}."


def _figures(result: ChatResult, seconds: float) -> str:
    return f"{tokens(result.usage)}, {money(result.cost)}, {seconds:.1f} s"
