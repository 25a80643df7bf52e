"""However the bytes are cut on their way, and however slowly taken, the same messages arrive in the same order."""

import json
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sessiond.owner.listening import listen, withdraw
from sessiond.pipe.ends.client import Client
from sessiond.pipe.ends.outlet import Outlet
from sessiond.pipe.loop import run
from sessiond.pipe.pipe import Pipe
from sessiond.server.first_answer import FirstAnswer
from sessiond.server.wire.framing import Decoder
from sessiond_protocol import MAX_MESSAGE_BYTES
from support.daemon.framing import Framing, MessageReader, frame
from support.pipe.place import SECONDS, Place, a_place

TEXTS = st.builds(lambda text, times: text * times, st.text(max_size=12) | st.just('\u2028"\\'), st.integers(1, 200))
CLIENT_MESSAGES = st.lists(
    st.builds(
        lambda number, text: {"id": number, "method": "session/list", "params": {"text": text}}, st.integers(), TEXTS
    )
    | st.builds(lambda text: {"method": "custom/news", "params": {"text": text}}, TEXTS),
    max_size=8,
)
ENGINE_MESSAGES = st.lists(
    st.builds(lambda text: {"method": "session/event", "params": {"sessionId": "s", "events": [{"text": text}]}}, TEXTS)
    | st.builds(lambda number, text: {"id": number, "result": {"text": text}}, st.integers(), TEXTS)
    | st.builds(lambda text: {"id": text, "method": "window/showMessageRequest", "params": {"text": text}}, TEXTS),
    max_size=8,
)
WELCOME = {"method": "link/welcome", "params": {"version": "0.1.0", "pid": 1, "link": 1}}
ENDED = {"method": "link/ended", "params": {}}
FIRST = {"id": "first", "method": "session/list", "params": {}}
CUTS = st.lists(st.integers(1, 300), min_size=1, max_size=5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, socket.socket]]:
    """Where pipes look, and what they find."""
    with a_place(tmp_path_factory.mktemp("laws")) as place:
        place.data.mkdir()
        path = str(place.runtime / "e.sock")
        listener = listen(path)
        owner = {"pid": os.getpid(), "startedAt": 0, "version": "0.1.0", "host": "h", "socket": path}
        Path(place.data, "engine.lock").write_text(json.dumps(owner))
        yield place, listener
        withdraw(listener)


def said(messages: list[dict[str, Any]], framing: Framing) -> bytes:
    return b"".join(frame({"jsonrpc": "2.0"} | message, framing) for message in messages)


def send(end: socket.socket, data: bytes, cuts: list[int]) -> None:
    """In pieces of these sizes, over and over."""
    sizes = cycle(cuts)
    start = 0
    while start < len(data):
        stop = start + next(sizes)
        end.sendall(data[start:stop])
        start = stop


def heard(end: socket.socket, framing: Framing, size: int, last: str = "") -> list[dict[str, Any]]:
    """Everything up to the end, or to the notification `last`, read in pieces of that size."""
    reader = MessageReader(framing)
    messages: list[dict[str, Any]] = []
    while not (messages and messages[-1].get("method") == last) and (data := end.recv(size)):
        messages += [json.loads(body) for body in reader.feed(data)]
    assert reader.rest == b""
    for message in messages:
        assert message.pop("jsonrpc") == "2.0"
    return messages


def serve(listener: socket.socket, told: list[dict[str, Any]], cuts: list[int], size: int) -> list[dict[str, Any]]:
    """One pipe, to whose client all this is told; gives what the pipe has said up to its last word."""
    with listener.accept()[0] as served, ThreadPoolExecutor(1) as telling:
        served.settimeout(SECONDS)
        told_all = telling.submit(send, served, said([WELCOME, *told], "headers"), cuts)
        messages = heard(served, "headers", size, last="link/ended")
        told_all.result(SECONDS)
        served.sendall(said([ENDED], "headers"))
        return messages


class Conversation(NamedTuple):
    asked: list[dict[str, Any]]
    told: list[dict[str, Any]]
    client_cuts: list[int]
    engine_cuts: list[int]
    size: int
    framing: Framing


CONVERSATIONS = st.builds(
    Conversation,
    CLIENT_MESSAGES,
    ENGINE_MESSAGES,
    CUTS,
    CUTS,
    st.integers(1, 5000),
    st.sampled_from(["headers", "lines"]),
)


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(talk=CONVERSATIONS)
def test_any_cut_of_both_streams_gives_the_same_messages(
    engine: tuple[Place, socket.socket], talk: Conversation
) -> None:
    place, listener = engine
    listener.settimeout(SECONDS)
    source, saying = socket.socketpair()
    output, hearing = socket.socketpair()
    with source, saying, output, hearing, ThreadPoolExecutor(3) as threads:
        for end in (saying, output):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        hearing.settimeout(SECONDS)
        first = FirstAnswer(source.fileno(), output.fileno(), Decoder(MAX_MESSAGE_BYTES))
        serving = threads.submit(serve, listener, talk.told, talk.engine_cuts, talk.size)
        running = threads.submit(run, Pipe(Client(first), place.environment, answered=False))
        running.add_done_callback(lambda _: output.shutdown(socket.SHUT_WR))
        asking = threads.submit(send, saying, said([FIRST, *talk.asked], talk.framing), talk.client_cuts)
        asking.add_done_callback(lambda _: saying.shutdown(socket.SHUT_WR))
        assert heard(hearing, talk.framing, talk.size) == talk.told
        assert running.result(SECONDS) == 0
        hello, *rest = serving.result(SECONDS)
    assert hello["method"] == "link/hello"
    assert rest == [FIRST, *talk.asked, ENDED]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.binary(max_size=9000), max_size=30), st.lists(st.integers(1, 20_000), min_size=1, max_size=6))
def test_an_outlet_says_all_in_order_however_slowly_it_is_read(pieces: list[bytes], sizes: list[int]) -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        theirs.setblocking(False)
        outlet = Outlet(ours.fileno())
        taken, number = b"", 0
        for piece in pieces:
            outlet.put(piece, b"|")
            outlet.push()
        while len(taken) < sum(len(piece) + 1 for piece in pieces):
            outlet.push()
            taken += theirs.recv(sizes[number % len(sizes)])
            number += 1
        assert taken == b"".join(piece + b"|" for piece in pieces)
        assert (outlet.waiting, outlet.broken) == (0, False)


def test_an_outlet_whose_reader_has_gone_forgets_what_it_holds() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours):
        outlet = Outlet(ours.fileno())
        theirs.close()
        outlet.put(b"x" * 1000)
        outlet.push()
        outlet.put(b"more")
        assert (outlet.waiting, outlet.broken) == (0, True)
