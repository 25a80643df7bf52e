"""How tests start the modern server: as a command, or as a process that listens."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from sessiond.mcp.base import Stdio

SCRIPT = Path(__file__).with_name("server.py")


class Listening(NamedTuple):
    url: str
    process: "subprocess.Popen[bytes]"


def modern() -> Stdio:
    return Stdio(command=(sys.executable, str(SCRIPT), "stdio"), cwd=str(SCRIPT.parent), env={})


@contextmanager
def modern_http() -> Iterator[Listening]:
    """Streamable HTTP; the process has ended when the block is left."""
    reading, writing = os.pipe()
    command = [sys.executable, str(SCRIPT), "http", str(writing)]
    with subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL) as process:
        os.close(writing)
        try:
            with os.fdopen(reading) as told:
                port = int(told.readline())
            yield Listening(f"http://127.0.0.1:{port}/mcp", process)
        finally:
            process.kill()
