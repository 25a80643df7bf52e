"""The person at the terminal: what is said to them, and the lines that they type.

On the terminal itself, so that a prompt can come from a pipe. Used by `asker.py` and what it asks by.
"""

import asyncio
import os
import sys
from collections.abc import Generator
from contextlib import contextmanager

from sessiond.cli.turn.terminal import harmless


class Left(Exception):
    """There is no line: the person has pressed Ctrl-D, or the terminal has gone."""


class Person:
    def __init__(self, terminal: int) -> None:
        """`terminal`: a descriptor open for reading."""
        self._terminal = terminal

    def say(self, text: str) -> None:
        say(text)

    async def line(self) -> str:
        """What they type next. Raises Left. Cancelling it leaves nothing reading."""
        print("> ", end="", file=sys.stderr, flush=True)
        loop = asyncio.get_running_loop()
        typed = bytearray()
        done: asyncio.Future[bool] = loop.create_future()

        def read() -> None:
            piece = _read(self._terminal)
            typed.extend(piece)
            if not done.done() and (not piece or piece.endswith(b"\n")):
                done.set_result(bool(piece))

        loop.add_reader(self._terminal, read)
        try:
            if not await done:
                print(file=sys.stderr)
                raise Left
        finally:
            loop.remove_reader(self._terminal)
        return typed.decode(errors="replace").rstrip("\n")


@contextmanager
def person_at_terminal() -> Generator[Person | None]:
    """None where nobody can be asked."""
    terminal = _open()
    try:
        yield None if terminal is None else Person(terminal)
    finally:
        if terminal is not None:
            os.close(terminal)


def say(text: str) -> None:
    print(harmless(text), file=sys.stderr, flush=True)


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # it was hung up
        return b""


def _open() -> int | None:
    if not sys.stderr.isatty():
        return None
    try:
        return os.open("/dev/tty", os.O_RDONLY)
    except OSError:
        return None
