"""Drives one turn to its end: finds the session, prompts, has questions answered, hears Ctrl-C, outlives an engine.

Called by `run.py`, and by `sessiond tool` for its `task`.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import NamedTuple

from sessiond.cli.client.client import Client
from sessiond.cli.turn.asking.answering import answer_all
from sessiond.cli.turn.asking.asker import Asker
from sessiond.cli.turn.listener import Listener
from sessiond.cli.turn.prompting import Prompt, follow
from sessiond.config.errors import Failed
from sessiond_protocol.methods import ChatResult, ListParams, ListResult

QUIT = 130


class Wanted(NamedTuple):
    """What the command line asks for."""

    text: str
    directory: str
    session_id: str | None
    newest: bool
    """Go on with the newest session of the directory."""
    model: str | None
    init: bool = False
    """Have the project surveyed and AGENTS.md written; there is no text then."""


class Ended(NamedTuple):
    result: ChatResult
    interrupted: bool


async def run_turn(
    client: Client, wanted: Wanted, listener: Listener, asker: Asker, say: Callable[[str], None]
) -> Ended:
    """Raises RpcError or Failed for what cannot be begun. Ctrl-C aborts the turn; a second one quits at once."""
    session_id = await _newest(client, wanted.directory) if wanted.newest else wanted.session_id
    prompt = Prompt(wanted.text, wanted.directory, session_id, wanted.model, init=wanted.init)
    client.listener = listener
    given_up = asyncio.Event()
    with _interrupts() as interrupted:
        result = asyncio.create_task(prompt.send(client, listener, given_up, say))
        others = [
            asyncio.create_task(answer_all(client, listener, asker)),
            asyncio.create_task(follow(client, listener)),
        ]
        stopping = asyncio.create_task(_give_up_when(given_up, interrupted, listener.deaf))
        try:
            # The others never end by themselves; should one fail, the turn would wait for ever.
            await asyncio.wait((result, *others), return_when=asyncio.FIRST_COMPLETED)
            for other in others:
                if other.done():
                    other.result()
            return Ended(await result, interrupted.is_set())
        finally:
            await _cancel(result, *others, stopping)


async def _newest(client: Client, directory: str) -> str:
    found = await client.call("session/list", ListParams(directory=directory, limit=1), ListResult)
    if not found.sessions:
        raise Failed(f"There is no session in {directory} yet to continue. Leave out --continue to begin one.")
    return found.sessions[0].id


async def _give_up_when(given_up: asyncio.Event, *events: asyncio.Event) -> None:
    """At Ctrl-C, or when nobody reads the turn's output any more."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        given_up.set()
    finally:
        await _cancel(*waiting)


async def _cancel(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        if not task.cancelled():
            task.result()  # a failure of a helper is not to be lost


@contextmanager
def _interrupts() -> Generator[asyncio.Event]:
    """Sets the event at the first Ctrl-C or SIGTERM; the second one ends the process, which loses nothing recorded."""
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()

    def on_signal() -> None:
        if interrupted.is_set():
            os._exit(QUIT)
        interrupted.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal)
    try:
        yield interrupted
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
