"""Puts a permission question to the person at the terminal: y, n or a (always).

Asked on the terminal itself, so that a prompt can come from a pipe. Without a terminal the answer is no.
"""

import asyncio
import os
import sys
from typing import Literal

from sessiond_protocol.messages import PermissionRequest

Reply = Literal["allowOnce", "allowAlways", "rejectOnce"]


class Asker:
    """`allow_all` is `--yes`."""

    def __init__(self, *, allow_all: bool) -> None:
        self._allow_all = allow_all

    async def decide(self, request: PermissionRequest) -> Reply:
        """Waits for the person as long as it takes; cancelled with the turn."""
        if self._allow_all:
            return "allowOnce"
        terminal = _terminal()
        if terminal is None:
            _say(f"Not allowed, since nobody can be asked here: {request.title}. With --yes it would be.")
            return "rejectOnce"
        try:
            return await _ask(terminal, request)
        finally:
            os.close(terminal)


async def _ask(terminal: int, request: PermissionRequest) -> Reply:
    choices = "y/n/a = always" if request.always else "y/n"
    while True:
        print(f"{request.title}? [{choices}] ", end="", file=sys.stderr, flush=True)
        answer = (await _line(terminal)).strip().lower()
        if answer in ("y", "yes"):
            return "allowOnce"
        if answer in ("a", "always") and request.always:
            return "allowAlways"
        if answer in ("n", "no", "\x04"):
            return "rejectOnce"


async def _line(terminal: int) -> str:
    """A line typed by the person; end of file counts as no. Cancelling it leaves nothing reading."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not ready.done():
            ready.set_result(os.read(terminal, 1024).decode(errors="replace") or "\x04")

    loop.add_reader(terminal, read)
    try:
        return await ready
    finally:
        loop.remove_reader(terminal)


def _terminal() -> int | None:
    if not sys.stderr.isatty():
        return None
    try:
        return os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return None


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
