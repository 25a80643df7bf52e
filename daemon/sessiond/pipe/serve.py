"""Serves one editor on stdio as its pipe to the engine. Called by `__main__` once `initialize` may be answered."""

import os
import signal

from sessiond.pipe.ends.client import Client
from sessiond.pipe.loop import run
from sessiond.pipe.pipe import Pipe
from sessiond.server.first_answer import FirstAnswer


def serve_pipe(first: FirstAnswer) -> int:
    """Until the client has left; gives the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    client = Client(first)
    pipe = Pipe(client, os.environ, answered=first.answered)
    for frame in first.frames:
        pipe.client_said(frame)
    if first.ended:
        for frame in client.end():
            pipe.client_said(frame)
        pipe.client_ended()
    return run(pipe)


def _end(number: int, frame: object) -> None:
    """The engine sees the connection go, and needs no more."""
    raise SystemExit(0)
