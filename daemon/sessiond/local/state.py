"""What a running local server leaves for others: a 0600 file with its address and key, and a held lock.

The lock says whether it runs, so a process number that was given anew fools nobody.
"""

import fcntl
import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sessiond.config.paths import data_directory


class LocalServer(NamedTuple):
    """A llama.cpp server of ours on 127.0.0.1. `model` is its name without `local/`; `context` in tokens."""

    base_url: str
    api_key: str
    model: str
    context: int
    pid: int


def state_file(environment: Mapping[str, str] = os.environ) -> Path:
    return data_directory(environment) / "local" / "server.json"


def local_server(environment: Mapping[str, str] = os.environ) -> LocalServer | None:
    """The server that `sessiond local` runs now, or None. Reads two small files; asks nothing over the network."""
    return read_state(state_file(environment))


def read_state(state: Path) -> LocalServer | None:
    """The server that holds this state's lock, or None."""
    if not _is_held(state.with_suffix(".lock")):
        return None
    try:
        return LocalServer(**json.loads(state.read_bytes()))
    except (OSError, ValueError, TypeError):  # still loading, or just going
        return None


def write_state(state: Path, server: LocalServer) -> None:
    """Atomic, and nobody else's to read from the first byte: it holds the key."""
    temporary = state.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(server._asdict(), stream)
    temporary.replace(state)


@contextmanager
def held_lock(state: Path) -> Generator[None]:
    """Held by a server for as long as it lives. Waits for one that is just ending."""
    with state.with_suffix(".lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _is_held(lock: Path) -> bool:
    try:
        with lock.open("r") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
