"""`sessiond local`: fetches, starts and stops the small real model of this machine.

`run` calls `provide_local_model` when nothing else can answer.
"""

import argparse
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager

from sessiond.config.errors import Failed
from sessiond.local.models import DEFAULT, MODELS, LocalModel, find_model
from sessiond.local.server import IDLE_MINUTES, can_run, start, stop
from sessiond.local.state import local_server
from sessiond.local.weights import Progress, is_pulled, pull, weights_file

EPILOG = f"""\
{DEFAULT.id} is {DEFAULT.label}.
It needs 1.1 GB on disk, fetched once and checked by its hash, and about 1.8 GB of memory.

  sessiond local pull        fetch it (goes on where an earlier try stopped)
  sessiond local start       serve it on 127.0.0.1, until `stop` or 30 minutes without a question
  sessiond run -m local/{DEFAULT.id} "..."   does both when needed
"""
NO_RUNTIME = "The local model needs the extra `local`: pip install 'sessiond[local]'."


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.set_defaults(action="status")
    actions = parser.add_subparsers(metavar="ACTION", dest="action")
    for name, summary in (("pull", "fetch the weights"), ("start", "serve it; fetches what is missing")):
        action = actions.add_parser(name, help=summary)
        action.add_argument("model", nargs="?", default=DEFAULT.id, help=f"{' or '.join(MODELS)} ({DEFAULT.id})")
        if name == "start":
            action.add_argument(
                "--idle-minutes",
                type=float,
                default=IDLE_MINUTES,
                help=f"end after so long unused ({IDLE_MINUTES:g}); 0: never",
            )
    actions.add_parser("stop", help="end it")
    actions.add_parser("status", help="what is fetched and whether it runs")


def main(options: argparse.Namespace) -> int:
    match options.action:
        case "pull":
            print(_fetch(find_model(options.model)))
        case "start":
            _start(find_model(options.model), options.idle_minutes)
        case "stop":
            print("Stopped." if stop() else "It did not run.")
        case _:
            _status()
    return 0


def provide_local_model(model: LocalModel) -> None:
    """Fetches and starts a model, telling the person on stderr. Raises Failed."""
    if not can_run():
        raise Failed(f"There is no model to ask: no API key, no running model server. {NO_RUNTIME}")
    if not is_pulled(model):
        _say("No API key and no model server found, so a small model is fetched and run on this machine.")
    _start(model, IDLE_MINUTES, to_stderr=True)


def _start(model: LocalModel, idle_minutes: float, *, to_stderr: bool = False) -> None:
    if not can_run():
        raise Failed(NO_RUNTIME)
    _fetch(model)
    _say(f"local/{model.id} is {model.label}.")
    begun = time.monotonic()
    server = start(model, idle_minutes=idle_minutes)
    until = f", until unused for {idle_minutes:g} minutes or `sessiond local stop`" if idle_minutes else ""
    line = f"It runs at {server.base_url} (started in {time.monotonic() - begun:.0f} s){until}."
    print(line, file=sys.stderr if to_stderr else sys.stdout)


def _fetch(model: LocalModel) -> str:
    if not is_pulled(model):
        _say(f"Fetching {model.id}: {model.size / 1e6:,.0f} MB, once, into {weights_file(model).parent}.")
        with _bar() as progress:
            pull(model, progress)
    return str(weights_file(model))


def _status() -> None:
    for model in MODELS.values():
        there = str(weights_file(model)) if is_pulled(model) else f"not fetched ({model.size / 1e6:,.0f} MB)"
        print(f"local/{model.id}: {there}\n  {model.label}")
    server = local_server()
    print(f"{server.model} runs at {server.base_url}, process {server.pid}." if server else "None runs.")


@contextmanager
def _bar() -> Generator[Progress]:
    """A progress bar where a person looks, else a line at every tenth."""
    if not sys.stderr.isatty():
        yield _TenthLines().show
        return
    from rich.console import Console  # noqa: PLC0415  # only for this bar, and slow to import
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415  # same
    from rich.progress import Progress as Bar  # noqa: PLC0415  # same

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("fetching", total=None)

        def show(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        yield show


class _TenthLines:
    def __init__(self) -> None:
        self._told = ("", -1)

    def show(self, what: str, done: int, total: int) -> None:
        tenth = (what, done * 10 // total)
        if tenth != self._told:
            self._told = tenth
            _say(f"{what}: {tenth[1] * 10} % of {total / 1e6:,.0f} MB")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
