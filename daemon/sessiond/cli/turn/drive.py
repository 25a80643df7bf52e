"""Drives one turn to its end: finds the session, prompts, has questions answered, hears Ctrl-C.

Called by `run.py` with an engine of its own.
"""

import asyncio
import os
import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

from sessiond.cli.turn.answering import answer_all
from sessiond.cli.turn.asker import Asker
from sessiond.cli.turn.listener import Listener
from sessiond.config.errors import Failed
from sessiond.session.manager import SessionManager
from sessiond.session.turns.queueing import Queued
from sessiond.session.turns.running import Turn
from sessiond_protocol.methods import ChatParams, ChatResult, CreateParams, InitProjectParams, ListParams

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


async def run_turn(manager: SessionManager, wanted: Wanted, listener: Listener, asker: Asker) -> Ended:
    """Raises RpcError or Failed for what cannot be begun. Ctrl-C aborts the turn; a second one quits at once."""
    session_id = await _newest(manager, wanted.directory) if wanted.newest else wanted.session_id
    with _interrupts() as interrupted:
        turn = await _begun(manager, wanted, session_id, listener)
        answering = asyncio.create_task(answer_all(manager, listener, asker))
        stopping = asyncio.create_task(_abort_when(manager, turn.session_id, interrupted, listener))
        result = asyncio.create_task(turn.result())
        try:
            # Who answers questions never ends by itself; should it fail, the turn would wait for ever.
            await asyncio.wait((result, answering), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
            return Ended(await result, interrupted.is_set())
        finally:
            await _cancel(result, answering, stopping)


async def _begun(manager: SessionManager, wanted: Wanted, session_id: str | None, listener: Listener) -> Turn | Queued:
    if not wanted.init:
        text, directory = wanted.text, wanted.directory
        params = ChatParams(session_id=session_id, text=text, model=wanted.model, directory=directory)
        return await manager.chat(params, listener)
    if session_id is None:
        session_id = (await manager.create(CreateParams(directory=wanted.directory), listener)).id
    return await manager.init_project(InitProjectParams(session_id, wanted.model), listener)


async def _newest(manager: SessionManager, directory: str) -> str:
    sessions = (await manager.list(ListParams(directory=directory, limit=1))).sessions
    if not sessions:
        raise Failed(f"There is no session in {directory} yet to continue. Leave out --continue to begin one.")
    return sessions[0].id


async def _abort_when(manager: SessionManager, session_id: str, interrupted: asyncio.Event, listener: Listener) -> None:
    """Ends the turn at Ctrl-C, or when nobody reads its output any more."""
    waiting = [asyncio.create_task(event.wait()) for event in (interrupted, listener.deaf)]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        await manager.abort(session_id)
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
