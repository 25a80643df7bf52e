"""Waits for whatever comes first: the client's words, room for what it is told, the engine, or a search that ends.

Run by `serve.py`; what is to be done with what has come, `pipe.py` knows.
"""

from __future__ import annotations

import select
import time

from sessiond.pipe.ends.link import Link, Lost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sessiond.pipe.ends.client import Client
    from sessiond.pipe.pipe import Pipe

LAST_WRITES_SECONDS = 5.0
"""How long a client that has left may take to read what it was sent."""
_READABLE = select.POLLIN | select.POLLHUP | select.POLLERR | select.POLLNVAL
_NOBODY_READS = select.POLLERR | select.POLLHUP | select.POLLNVAL


def run(pipe: Pipe) -> int:
    """Until the client has left; gives the exit code."""
    try:
        while not pipe.engines.finished:
            happened = _wait(_interests(pipe), pipe.engines.deadline)
            if happened.get(pipe.client.output, 0) & _NOBODY_READS:
                return 0
            _hear(pipe, happened)
            if pipe.engines.deadline is not None and time.monotonic() >= pipe.engines.deadline:
                pipe.engines.time_is_up()
            _write(pipe)
        _last_writes(pipe.client)
        return pipe.conversation.introduction.exit_code
    finally:
        pipe.client.outlet.close()


def _interests(pipe: Pipe) -> dict[int, int]:
    """What to wait for, by descriptor. Nobody is heard whose words have no place to go."""
    client, link, seeking = pipe.client, pipe.engines.link, pipe.engines.seeking
    interests = {client.output: client.outlet.interest()}
    if pipe.listens:
        interests[client.source] = select.POLLIN
    if link is not None:
        interests[link.fileno()] = link.outlet.interest() | (select.POLLIN if client.has_room else 0)
    if seeking is not None:
        interests[seeking.fileno()] = select.POLLIN
    # Without an interest the end of a stream would wake us again and again; only the client's is looked out for.
    return {file: interest for file, interest in interests.items() if interest or file == client.output}


def _wait(interests: dict[int, int], deadline: float | None) -> dict[int, int]:
    poll = select.poll()
    for file, interest in interests.items():
        poll.register(file, interest)
    return dict(poll.poll(None if deadline is None else max(0.0, deadline - time.monotonic()) * 1000 + 1))


def _hear(pipe: Pipe, happened: dict[int, int]) -> None:
    """What the engine has said comes first: it may be its last word."""
    link, seeking = pipe.engines.link, pipe.engines.seeking
    if link is not None and happened.get(link.fileno(), 0) & _READABLE and pipe.client.has_room:
        _hear_engine(pipe, link)
    if seeking is not None and happened.get(seeking.fileno(), 0):
        pipe.engines.search_ended(seeking)
    if happened.get(pipe.client.source, 0):
        for frame in pipe.client.read():
            pipe.client_said(frame)
        if pipe.client.ended:
            pipe.client_ended()


def _hear_engine(pipe: Pipe, link: Link) -> None:
    try:
        for frame in link.read():
            pipe.engine_said(link, frame)
    except Lost:
        pipe.engines.gone(link)


def _write(pipe: Pipe) -> None:
    """At once, without asking first: mostly there is room."""
    pipe.client.outlet.push()
    if pipe.engines.link is not None:
        pipe.engines.link.outlet.push()


def _last_writes(client: Client) -> None:
    deadline = time.monotonic() + LAST_WRITES_SECONDS
    client.outlet.push()
    while client.outlet.waiting and _wait({client.output: select.POLLOUT}, deadline):
        client.outlet.push()
