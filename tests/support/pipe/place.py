"""A data directory and a runtime directory of a test's own, and the end of whatever engine it has started there."""

import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from sessiond.owner.lock import owner_of

SECONDS = 20
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH", "PYTHONDONTWRITEBYTECODE")


class Place:
    def __init__(self, home: Path, runtime: Path) -> None:
        self.home = home
        self.data = home / "data"
        self.runtime = runtime
        home.mkdir(exist_ok=True)
        (home / "config.toml").touch()
        self.environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "HOME": str(home),
            "SESSIOND_CONFIG": str(home / "config.toml"),
            "SESSIOND_DATA_DIR": str(self.data),
            "SESSIOND_RUNTIME_DIR": str(runtime),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    @property
    def engine(self) -> psutil.Process | None:
        """The process that the lock file names, if it lives."""
        pid = owner_of(str(self.data)).get("pid", 0)
        lives = pid not in (0, os.getpid()) and psutil.pid_exists(pid)
        return psutil.Process(pid) if lives and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE else None

    def kill_engine(self) -> int:
        """With SIGKILL; its process id."""
        engine = self.engine
        assert engine is not None
        kill(engine.pid)
        return engine.pid


def kill(pid: int) -> None:
    """With SIGKILL; returns once it is dead, whether or not the system's first process has buried it."""
    if not hasattr(os, "pidfd_open"):
        psutil.Process(pid).kill()
        psutil.Process(pid).wait(SECONDS)
        return
    dead = os.pidfd_open(pid)
    os.kill(pid, signal.SIGKILL)
    assert select.select([dead], [], [], SECONDS)[0]
    os.close(dead)


@contextmanager
def a_place(home: Path) -> Iterator[Place]:
    """The path of the socket is short, however long that of the test's own directory."""
    place = Place(home, Path(tempfile.mkdtemp(prefix="sd-", dir="/tmp")))
    try:
        yield place
    finally:
        with suppress(psutil.NoSuchProcess, PermissionError):
            if (engine := place.engine) is not None and "engine" in engine.cmdline():
                place.kill_engine()
        shutil.rmtree(place.runtime, ignore_errors=True)
