"""Starts an engine in the background. However many want to at once, one does, and the others wait for it.

Called by `connecting.py` when none was found.
"""

import fcntl
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from sessiond.owner.finding import find
from sessiond.owner.places import STARTING, absolute, meeting_place
from sessiond.owner.unavailable import EngineUnavailable

READY_SECONDS = 30.0
"""How long an engine may take until it listens."""
MOST_SAID_BYTES = 64 * 1024
_NEVER_IGNORED = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}


def own_command() -> list[str]:
    """Starts an engine of this version. `-P`: the working directory may be a project with a `sessiond` of its own."""
    return [sys.executable, "-P", "-m", "sessiond", "engine"]


def start(environment: Mapping[str, str], directory: str, command: Sequence[str]) -> socket.socket | None:
    """A connection to the engine that has been started, here or by another process meanwhile.

    None if it has gone again already. Blocks. Raises EngineUnavailable, with the reason the engine gave.
    """
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        place = meeting_place(environment, directory)
        turn = os.open(place + STARTING, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # the engine fails in the same way, and says it in better words
        _run(environment, command)
        return None
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if (running := find(directory)) is not None:
            return running
        if _is_still(turn, place + STARTING):
            _start(environment, command, turn, place + STARTING)
        else:
            _raise_what_failed(turn)
        return find(directory)
    finally:
        os.close(turn)


def _start(environment: Mapping[str, str], command: Sequence[str], turn: int, path: str) -> None:
    try:
        _run(environment, command)
    except EngineUnavailable as failure:
        with suppress(OSError):  # the disk is full: each fails by itself
            os.ftruncate(turn, 0)  # of one who was killed before it could remove it
            os.pwrite(turn, json.dumps([failure.kind, failure.message]).encode(), 0)
        raise
    finally:
        with suppress(FileNotFoundError):  # somebody has cleaned up the runtime directory meanwhile
            os.unlink(path)  # those who wait have it open; whoever comes later begins a turn of their own


def _is_still(turn: int, path: str) -> bool:
    """Whether nobody has had this turn before, and removed its file."""
    try:
        return os.path.samestat(os.fstat(turn), os.stat(path))
    except FileNotFoundError:
        return False


def _raise_what_failed(turn: int) -> None:
    """Whoever waited for this turn need not fail in the same way again, one after the other."""
    if said := os.pread(turn, MOST_SAID_BYTES, 0):
        kind, message = json.loads(said)
        raise EngineUnavailable(kind, message)


def _run(environment: Mapping[str, str], command: Sequence[str]) -> None:
    """Returns when the engine listens. Its stdout and stderr are ours to read until then."""
    said, saying = os.pipe()
    try:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, saying, 1),
            (os.POSIX_SPAWN_DUP2, saying, 2),
        ]
        try:
            first = os.posix_spawn(
                command[0],
                [*command],
                absolute(environment),
                file_actions=actions,
                setsigmask=(),
                setsigdef=_NEVER_IGNORED,  # an editor may ignore signals, and who is started ignores them as well
            )
        except OSError as error:
            message = f"{command[0]} cannot be started: {error.strerror}. Install sessiond anew."
            raise EngineUnavailable("engineUnavailable", message) from error
        finally:
            os.close(saying)
        try:
            _raise_refusal(_said(said))
        finally:
            _reap(first)
    finally:
        os.close(said)


def _said(said: int) -> list[bytes]:
    """The lines up to the engine's word that it is ready or why not, or to its death."""
    deadline = time.monotonic() + READY_SECONDS
    poll = select.poll()
    poll.register(said, select.POLLIN)
    text = b""
    while poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        data = os.read(said, MOST_SAID_BYTES)
        text = (text + data)[-MOST_SAID_BYTES:]
        if not data or (text.endswith(b"\n") and text.splitlines()[-1].startswith((b'{"ready"', b'{"error"'))):
            return text.splitlines()
    message = f"The engine was not ready within {READY_SECONDS:g} s. Try again, or see `sessiond logs`."
    raise EngineUnavailable("engineUnavailable", message)


def _raise_refusal(lines: list[bytes]) -> None:
    try:
        word = json.loads(lines[-1])
        if "ready" in word:
            return
        refusal = EngineUnavailable(word["error"]["kind"], word["error"]["message"])
    except (LookupError, TypeError, ValueError):
        reason = lines[-1].decode(errors="replace")[:500] if lines else "it said nothing"
        refusal = EngineUnavailable("engineUnavailable", f"The engine ended as it started: {reason}")
    raise refusal


def _reap(first: int) -> None:
    """The process that was started only leaves the engine behind; one that has not done so by now never will."""
    with suppress(ProcessLookupError, ChildProcessError):  # the kernel reaps for whoever ignores SIGCHLD
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
