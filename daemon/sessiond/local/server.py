"""Starts and stops the process that serves the local model.

Called by `sessiond local`, by `run` when there is no other model, and by tests. The process is
detached: it ends by `stop`, or when nothing has been asked of it for a while.
"""

import fcntl
import importlib.util
import os
import signal
import subprocess
import sys
import time
from importlib.resources import as_file, files
from pathlib import Path
from subprocess import DEVNULL, PIPE

from sessiond.config.errors import Failed
from sessiond.local.models import LocalModel
from sessiond.local.state import LocalServer, local_server, state_file
from sessiond.local.weights import weights_file

IDLE_MINUTES = 30.0
QUIET_THREADS = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
"""Threads that wait must not spin: on a busy machine that costs most of the speed."""
STOP_SECONDS = 10.0


class LocalFailed(Failed):
    """The server did not start. The text says why and what to do."""


def can_run() -> bool:
    """Whether the extra `local` is installed."""
    return importlib.util.find_spec("xllamacpp") is not None


def start(model: LocalModel, *, idle_minutes: float = IDLE_MINUTES, folder: Path | None = None) -> LocalServer:
    """The running server, started if none runs; takes seconds. The weights must be there. Raises LocalFailed."""
    state = state_file()
    state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with state.with_name("start.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if (running := local_server()) and running.model == model.id:
            return running
        stop()
        with state.with_name("server.log").open("w") as log:
            child = spawn(model, state, log=log.fileno(), idle_minutes=idle_minutes, folder=folder)
            wait_until_ready(child, str(log.name))
            child.wait()
    server = local_server()
    if server is None:
        raise LocalFailed(f"The local model's server ended as soon as it had started; see {state.parent}/server.log.")
    return server


def spawn(
    model: LocalModel,
    state: Path,
    *,
    log: int,
    idle_minutes: float = 0.0,
    until_eof: bool = False,
    folder: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """The bare process. With `until_eof` it ends with its stdin, and so with its parent; else it leaves the parent."""
    if not can_run():
        raise LocalFailed("The local model needs the extra `local`: pip install 'sessiond[local]'.")
    command = [sys.executable, "-m", "sessiond.local.serve", "--state", str(state)]
    command += ["--weights", str(weights_file(model, folder)), "--alias", model.id, "--context", str(model.context)]
    command += ["--idle-minutes", str(idle_minutes), "--until-eof" if until_eof else "--detach"]
    with as_file(files("sessiond_prompts") / "local") as templates:
        if model.template:
            command += ["--template", str(templates / model.template)]
        return subprocess.Popen(
            command,
            stdin=PIPE if until_eof else DEVNULL,
            stdout=PIPE,
            stderr=log,
            env=os.environ | QUIET_THREADS,
        )


def wait_until_ready(child: "subprocess.Popen[bytes]", log: str) -> None:
    """Reads the ready line. Raises LocalFailed when the process ends instead."""
    assert child.stdout
    with child.stdout:
        if child.stdout.readline() == b"ready\n":
            return
    raise LocalFailed(
        f"The local model's server did not start (exit code {child.wait()}): {_last_words(log)} See {log}."
    )


def stop() -> bool:
    """Ends the running server and waits until it is gone; False when none ran."""
    server = local_server()
    if server is None:
        return False
    os.kill(server.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while local_server():
        if time.monotonic() > deadline:
            os.kill(server.pid, signal.SIGKILL)
            break
        time.sleep(0.05)  # its lock is freed by the kernel; there is nothing to wait on
    return True


def _last_words(log: str) -> str:
    lines = Path(log).read_text(errors="replace").splitlines()
    known = next((line for line in lines if "libgomp" in line), None)
    if known:
        return "libgomp is missing: apt-get install libgomp1."
    return lines[-1] if lines else "it said nothing."
