"""The engine in the background: `sessiond engine`, started by `owner/starting.py` and never by people.

It leaves whoever started it, takes the data directory, listens, says so, and only then imports what takes time.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sessiond.owner.finding import connected
from sessiond.owner.listening import listen, withdraw
from sessiond.owner.lock import Held, OwnerLock
from sessiond.owner.network import on_network
from sessiond.owner.places import SOCKET, data_directory, meeting_place
from sessiond.owner.unavailable import EngineUnavailable

HANDOVER_SECONDS = 20.0
"""How long an engine that leaves may take to give the directory free."""
UNREACHABLE_SECONDS = 0.5
"""How long one may that nobody can reach: it serves its own process alone, and that is just ending, or so one hopes."""
UNSEEN_SECONDS = 5.0
"""How long one may whose socket somebody has removed: it sees that, and listens again."""
LOOK_SECONDS = 0.02


def main() -> int:
    """The process that was started ends at once; what goes on belongs to nobody. Gives the exit code."""
    _leave_the_starter()
    directory = data_directory(os.environ)
    try:
        held = _own(directory)
    except EngineUnavailable as refusal:
        _say({"error": {"kind": refusal.kind, "message": refusal.message}})
        return 1
    _say({"ready": True})
    if held is None:
        return 0
    lock, listener = held

    def release() -> None:
        withdraw(listener)
        lock.release()

    try:
        _fall_silent(directory)
        return _serve(listener, directory, release)
    finally:
        release()


def _leave_the_starter() -> None:
    """A session of its own, so that no signal to the editor's reaches it; none of the editor's files, no directory.

    Its umask stays: what tools make in a project is to have the mode that the user's own programs give.
    """
    with suppress(PermissionError):  # a shell has made it the leader of its group, for a person who tries things out
        os.setsid()
    if os.fork():
        os._exit(0)
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    os.chdir("/")


def _own(directory: str) -> tuple[OwnerLock, socket.socket] | None:
    """The lock and the socket that listens; None where another engine does. Raises EngineUnavailable."""
    if (why := on_network(directory)) is not None:
        raise EngineUnavailable("storageFailed", why)
    try:
        os.makedirs(directory, mode=0o700, exist_ok=True)
        place = meeting_place(os.environ, directory)
        if (lock := _lock(directory)) is None:
            return None
        lock.keep(directory)
        listener = _listen(place + SOCKET)
        lock.tell(place + SOCKET)
    except OSError as error:
        raise EngineUnavailable("storageFailed", _in_words(error, directory)) from error
    except Held as held:
        raise EngineUnavailable("storageFailed", str(held)) from None
    return lock, listener


def _lock(directory: str) -> OwnerLock | None:
    """Waits for an engine that is leaving. None where another one listens. Raises Held."""
    began = time.monotonic()
    while True:
        try:
            return OwnerLock(directory)
        except Held as held:
            path = held.owner.get("socket")
            if path is not None and _is_met_at(path):
                return None
            if time.monotonic() - began > _patience(held):
                raise
        time.sleep(LOOK_SECONDS)


def _patience(held: Held) -> float:
    """Seconds for an owner that nobody reaches, by what it has written down."""
    if held.owner and held.owner.get("socket") is None:
        return UNREACHABLE_SECONDS
    return HANDOVER_SECONDS if not held.owner or os.path.exists(held.owner["socket"]) else UNSEEN_SECONDS


def _is_met_at(path: str) -> bool:
    if (connection := connected(path)) is None:
        return False
    connection.close()
    return True


def _listen(path: str) -> socket.socket:
    try:
        return listen(path)
    except OSError as error:
        message = (
            f"The engine cannot listen at {path}: {error.strerror}. Set SESSIOND_RUNTIME_DIR to another directory."
        )
        raise EngineUnavailable("engineUnavailable", message) from error


def _in_words(error: OSError, directory: str) -> str:
    from pathlib import Path  # noqa: PLC0415 (only where it ends here is there time for all this)

    from sessiond.storage.failures import storage_failed  # noqa: PLC0415 (likewise)

    return storage_failed(error, Path(directory)).message


def _say(word: dict[str, Any]) -> None:
    """To whoever started it, on stdout; it may have stopped waiting."""
    with suppress(BrokenPipeError):
        os.write(1, json.dumps(word).encode() + b"\n")


def _fall_silent(directory: str) -> None:
    """What the interpreter itself still has to say goes to a file; the log has all else."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    errors = nothing
    with suppress(OSError):  # a disk that refuses costs the file only
        os.makedirs(os.path.join(directory, "log"), mode=0o700, exist_ok=True)
        errors = os.open(os.path.join(directory, "log", "engine.stderr"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(errors, 2)
    for file in {nothing, errors}:
        os.close(file)


def _serve(listener: socket.socket, directory: str, release: Callable[[], None]) -> int:
    """Clients that have come by now wait in the socket's queue."""
    import asyncio  # noqa: PLC0415 (whoever started it has its word first)
    from pathlib import Path  # noqa: PLC0415 (likewise)

    from sessiond.app import create_engine  # noqa: PLC0415 (likewise)
    from sessiond.log import keep_log  # noqa: PLC0415 (likewise)
    from sessiond.server.link.listening import serve_clients  # noqa: PLC0415 (likewise)

    keep_log(Path(directory), lines=False)
    return asyncio.run(serve_clients(listener, create_engine, release=release))
