"""Puts a permission question to the person at the terminal: yes, always, or no, with a reason if they like.

Asked on the terminal itself, so that a prompt can come from a pipe. Without a terminal the answer is no.
"""

import asyncio
import os
import sys
from typing import Literal, NamedTuple

from sessiond.cli.turn.terminal import LONGEST_DIFF, harmless
from sessiond_protocol.messages import PermissionRequest

END_OF_FILE = "\x04"


class Reply(NamedTuple):
    decision: Literal["allowOnce", "allowAlways", "rejectOnce"]
    feedback: str | None = None


class Asker:
    """`allow_all` is `--yes`."""

    def __init__(self, *, allow_all: bool) -> None:
        self._allow_all = allow_all

    async def decide(self, request: PermissionRequest) -> Reply:
        """Waits for the person as long as it takes; cancelled with the turn."""
        if self._allow_all:
            return Reply("allowOnce")
        terminal = _terminal()
        if terminal is None:
            _say(f"Not allowed, since nobody can be asked here: {request.title}. With --yes it would be.")
            return Reply("rejectOnce", "There was nobody at the terminal to ask.")
        try:
            return await _ask(terminal, request)
        finally:
            os.close(terminal)


async def _ask(terminal: int, request: PermissionRequest) -> Reply:
    _say(question(request))
    while True:
        print("> ", end="", file=sys.stderr, flush=True)
        if reply := understood(await _line(terminal), always=bool(request.always)):
            return reply


def question(request: PermissionRequest) -> str:
    """What is asked, why, and what can be answered; several lines."""
    lines = [f"May it? {request.title}"]
    lines += [f"  {pattern}" for pattern in request.patterns if pattern not in request.title]
    if request.reason:
        lines.append(f"  {request.reason}")
    if request.diff:
        lines += shortened(request.diff)
    choices = ["y = yes, this once"]
    if request.always:
        rules = ", ".join(f"{rule.permission} {rule.pattern}" for rule in request.always)
        choices.append(f"a = always: {rules}")
    choices.append("n = no; what you write behind it the model gets to read")
    return "\n".join((*lines, *choices))


def shortened(diff: str) -> list[str]:
    lines = diff.splitlines()
    more = [f"… {len(lines) - LONGEST_DIFF} more lines"] if len(lines) > LONGEST_DIFF else []
    return lines[:LONGEST_DIFF] + more


def understood(line: str, *, always: bool) -> Reply | None:
    """The reply that a typed line stands for; None for one that says nothing clear."""
    word, _, rest = line.strip().partition(" ")
    match word.lower().rstrip(",:"):
        case "y" | "yes":
            return Reply("allowOnce")
        case "a" | "always" if always:
            return Reply("allowAlways")
        case "n" | "no" | "\x04":
            return Reply("rejectOnce", rest.strip() or None)
        case _:
            return None


async def _line(terminal: int) -> str:
    """A line typed by the person; end of file counts as no. Cancelling it leaves nothing reading."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[str] = loop.create_future()

    def read() -> None:
        if not ready.done():
            ready.set_result(os.read(terminal, 1024).decode(errors="replace") or END_OF_FILE)

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
    print(harmless(text), file=sys.stderr, flush=True)
