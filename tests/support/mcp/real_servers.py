"""Real MCP servers for tests, and the conformance suite, in the versions that the pin files beside this one name.

They are installed once for each state of the pin files, into the user's cache. Node comes along; installing needs npm.
The commands are complete: they need no environment. `python -m support.mcp.real_servers` installs and shows them.
"""

import fcntl
import hashlib
import os
import platform
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

import pytest

HERE = Path(__file__).parent
REQUIREMENTS = "requirements.txt"
PINS = ("package.json", "package-lock.json", REQUIREMENTS)
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sessiond-tests"
"""Taken when the tests start, before any of them gives itself another home."""

INSTALL_SECONDS = 600
START_SECONDS = 60
STOP_SECONDS = 10


def everything() -> list[str]:
    """The reference server with every feature, over stdio."""
    return [*_node_script("server-everything"), "stdio"]


def filesystem(*roots: Path) -> list[str]:
    """Reads and writes below the roots."""
    return [*_node_script("server-filesystem"), *map(str, roots)]


def memory(file: Path) -> list[str]:
    """A knowledge graph that is kept in the file."""
    return ["/usr/bin/env", f"MEMORY_FILE_PATH={file}", *_node_script("server-memory")]


def git(repository: Path) -> list[str]:
    """A server in Python, of the same SDK as the client."""
    return [*_python_module("mcp_server_git"), "--repository", str(repository)]


def time() -> list[str]:
    return [*_python_module("mcp_server_time"), "--local-timezone", "Europe/Paris"]


def conformance() -> list[str]:
    """The conformance suite's command line; `client --scenario NAME --command COMMAND` follows."""
    return _node_script("conformance")


@contextmanager
def everything_http(port: int = 0) -> Generator[str]:
    """The URL of the server over streamable HTTP, on a free port if none is given; gone when the block is left."""
    with _listening("streamableHttp", port) as taken:
        yield f"http://127.0.0.1:{taken}/mcp"


@contextmanager
def everything_sse(port: int = 0) -> Generator[str]:
    """The URL of the server over SSE, the transport of 2024-11-05, as `everything_http`."""
    with _listening("sse", port) as taken:
        yield f"http://127.0.0.1:{taken}/sse"


@cache
def installed() -> Path:
    """The folder of the servers. The first process installs them, others wait for it; skips the test without npm."""
    folder = CACHE / f"mcp-{_state_of_pins()}"
    if folder.exists():
        return folder
    if not shutil.which("npm") and not os.environ.get("CI"):
        pytest.skip("npm is not installed")
    CACHE.mkdir(parents=True, exist_ok=True)
    with _locked(folder.with_suffix(".lock")):
        if not folder.exists():
            _install(folder)
    return folder


def _state_of_pins() -> str:
    """Changes with the pin files, and with what a Python environment is bound to."""
    state = hashlib.sha256(f"{sys.version_info[:2]} {sys.base_prefix} {platform.machine()}".encode())
    for name in PINS:
        state.update((HERE / name).read_bytes())
    return state.hexdigest()[:16]


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _install(folder: Path) -> None:
    """Under another name first, so that a folder that exists is complete. Scripts of Python would keep that name."""
    place = folder.with_suffix(".partial")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name in PINS:
        shutil.copy(HERE / name, place)
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", within=place)
    _run(sys.executable, "-m", "venv", "python", within=place)
    _run("python/bin/python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS, within=place)
    place.rename(folder)


def _run(*command: str, within: Path) -> None:
    done = subprocess.run(command, cwd=within, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"


def _node_script(package: str) -> list[str]:
    modules = installed() / "node_modules"
    return [str(modules / ".bin" / "node"), str(modules / "@modelcontextprotocol" / package / "dist" / "index.js")]


def _python_module(name: str) -> list[str]:
    return [str(installed() / "python" / "bin" / "python"), "-m", name]


@contextmanager
def _listening(transport: str, port: int) -> Iterator[int]:
    """The port of a server that accepts connections already: it told the port when it began to listen."""
    node, script = _node_script("server-everything")
    reading, writing = os.pipe()
    environment = {**os.environ, "PORT_TO": str(writing), "LOOPBACK_PORT": str(port)}
    command = [node, "--import", (HERE / "loopback.mjs").as_uri(), script, transport]
    with os.fdopen(reading) as told, tempfile.TemporaryFile("w+") as log:
        try:
            process = subprocess.Popen(command, env=environment, pass_fds=[writing], stdout=log, stderr=log)
        finally:
            os.close(writing)
        try:
            yield _port_told(told, log)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _port_told(told: IO[str], log: IO[str]) -> int:
    """Reads the port; a server that ends before it listens closes the pipe without a word."""
    ready, _, _ = select.select([told], [], [], START_SECONDS)
    line = told.readline() if ready else ""
    if not line:
        log.seek(0)
        raise AssertionError(f"the server does not listen:\n{log.read()}")
    return int(line)


if __name__ == "__main__":
    for shown in (everything(), filesystem(HERE), memory(HERE / "memory.jsonl"), git(HERE), time(), conformance()):
        print(*shown)
