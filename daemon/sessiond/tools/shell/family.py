"""All processes that one command has started, and their end: asked first, then made to. Decision 0085.

Whoever leaves the group or the session is found by a mark in the environment and by its parents, where
there is a `/proc`; elsewhere the process group has to do. `running.py` uses it, for a process it has started.
"""

import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import NamedTuple

GRACE_SECONDS = 1.0
"""Between SIGTERM and SIGKILL."""
PATIENCE_SECONDS = 3.0
"""After SIGKILL: what is still there waits for a disk and cannot be helped."""
LOOK_SECONDS = 0.02
SHOWN_NAMES = 3
MARK = "SHELL_CALL_MARK"
"""The variable by which processes of a call are known: it names the call, so that a later engine knows them, too."""


class Process(NamedTuple):
    pid: int
    parent: int
    group: int
    session: int


class Family:
    """Of the process `pid`, which leads a group and a session of its own; without one, of the mark alone."""

    def __init__(self, pid: int | None, mark: str, *, spare: bool = False) -> None:
        """`spare`: not to be asked to end itself, because all others die with it: the sandbox's own process."""
        self._pid = pid
        self._mark = f"{MARK}={mark}".encode()
        self._spared = pid if spare else None

    async def end(self, *, wanderers: bool) -> list[str]:
        """Returns when all are gone, and says what they were. `wanderers`: those too that left the session."""
        left = await self._living(wanderers)
        names = [name for pid in sorted(left) if (name := _name(pid))]
        for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, PATIENCE_SECONDS)):
            until = time.monotonic() + seconds
            told: set[int] = set()
            while left and time.monotonic() < until:
                self._signal(left - told, number)
                told |= left if number == signal.SIGTERM else set()
                await asyncio.sleep(LOOK_SECONDS)
                left = await self._living(wanderers)
        return names

    def kill(self) -> None:
        """At once, unasked: as the sandbox does with those whose engine has died. Blocks. Nothing without `/proc`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while sys.platform == "linux" and time.monotonic() < until:
            left = self._found(wanderers=True) - {os.getpid()}
            if not left:
                return
            self._signal(left, signal.SIGKILL)
            time.sleep(LOOK_SECONDS)

    def _signal(self, pids: set[int], number: signal.Signals) -> None:
        targets = pids - ({self._spared} if number == signal.SIGTERM else set())
        for pid in targets:
            try:
                os.kill(pid, number)
            except (ProcessLookupError, PermissionError):  # gone, or a program that runs as another user
                continue

    async def _living(self, wanderers: bool) -> set[int]:
        if sys.platform != "linux":
            return _group(self._pid)
        return await asyncio.to_thread(self._found, wanderers)

    def _found(self, wanderers: bool) -> set[int]:
        processes = _processes()
        found = {each.pid for each in processes if self._pid in (each.pid, each.group, each.session)}
        if not wanderers:
            return found
        found |= {each.pid for each in processes if each.pid not in found and self._mark in _environment(each.pid)}
        by_parent: dict[int, list[int]] = {}
        for each in processes:
            by_parent.setdefault(each.parent, []).append(each.pid)
        waiting = list(found)
        while waiting:
            children = [child for child in by_parent.get(waiting.pop(), ()) if child not in found]
            found.update(children)
            waiting += children
        return found


def _group(leader: int) -> set[int]:
    """The group as one target: a negative number stands for all of it."""
    try:
        os.killpg(leader, 0)
    except (ProcessLookupError, PermissionError):  # macOS: not permitted once only a zombie is left
        return set()
    return {-leader}


def _processes() -> list[Process]:
    """All that run; those that have ended and only wait to be noticed are not among them."""
    found: list[Process] = []
    for name in os.listdir("/proc"):
        if name.isdigit() and (stat := _read(f"/proc/{name}/stat")):
            # The second field is a file name in brackets and may hold anything: count from its end.
            state, parent, group, session = stat[stat.rfind(b")") + 2 :].split(None, 4)[:4]
            if state not in (b"Z", b"X"):
                found.append(Process(int(name), int(parent), int(group), int(session)))
    return found


def _environment(pid: int) -> bytes:
    return _read(f"/proc/{pid}/environ")


def _name(pid: int) -> str:
    """Its command line, shortened."""
    words = _read(f"/proc/{pid}/cmdline") if pid > 0 else b""
    return " ".join(words.decode(errors="replace").split("\0"))[:80].strip()


def _read(path: str) -> bytes:
    """Empty when the process has gone or belongs to somebody else."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""
