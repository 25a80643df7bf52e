"""Who is taken in: a process of the same user that says hello in time, in few enough bytes, and in a known version."""

import asyncio
import os
import subprocess
import sys
from typing import Any

import pytest

from sessiond import __version__
from sessiond.server.link import greeting
from support.server.shared import HELLO, house

EMPTY = b"Content-Length: 2\r\n\r\n{}"


async def test_a_pipe_is_welcomed_and_its_client_served_by_what_the_pipe_brings():
    async with house() as shared:
        pipe = await shared.pipe()
        pipe.send({"method": "link/hello", "params": {**HELLO, "directory": "/tmp", "env": {"A": "b", "C": "d"}}})
        assert await pipe.method("link/welcome") == {"version": __version__, "pid": os.getpid(), "link": 1}

        options = {"initializationOptions": {"sessiond": {"env": {"C": "said by the client"}}}}
        await pipe.request("initialize", options)
        await pipe.request("session/get", {"sessionId": "s"}, id=2)
        (brought,) = shared.engine.told
        assert (brought.directory, brought.environment) == ("/tmp", {"A": "b", "C": "said by the client"})


async def test_an_initialize_that_the_pipe_has_answered_gets_no_second_answer():
    async with house() as shared:
        pipe = await shared.pipe()
        pipe.send(
            {"method": "link/hello", "params": {**HELLO, "answered": True}},
            {"id": 1, "method": "initialize", "params": {}},
            {"id": 2, "method": "session/get", "params": {"sessionId": "s"}},
        )
        await pipe.method("link/welcome")

        answer = await pipe.next()
        assert answer is not None and answer["id"] == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b'{"jsonrpc":"2.0","method":"link/hello","params":{}}\n', "is for pipes"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "needs the header"),
        (EMPTY, "a request needs a `method`"),
        ({"id": 1, "method": "initialize", "params": {}}, "was no `link/hello`."),
        ({"method": "link/hello", "params": {}}, "makes no sense"),
        ({"method": "link/hello", "params": {**HELLO, "env": ["A=b"]}}, "makes no sense"),
        (
            {"method": "link/hello", "params": {**HELLO, "link": 0, "version": "0.0.1"}},
            "sessiond 0.0.1 (link 0) is too old",
        ),
    ],
)
async def test_whoever_begins_with_something_else_is_refused_in_words(said: Any, why: str):
    async with house() as shared:
        pipe = await shared.pipe()
        pipe.send(said)

        refusal = await pipe.method("link/refused")
        assert refusal["kind"] == "engineUnavailable" and why in refusal["message"]
        assert await pipe.next() is None


async def test_a_hello_that_does_not_end_is_refused_for_its_size(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(greeting, "HELLO_BYTES", 1 << 20)
    async with house() as shared:
        pipe = await shared.pipe()
        pipe.send(b"Content-Length: 30000000\r\n\r\n" + b" " * (2 << 20))

        assert (await pipe.method("link/refused"))["message"] == "The first message is larger than 1 MiB."


async def test_whoever_says_nothing_is_sent_away_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(greeting, "HELLO_SECONDS", 0.2)
    async with house() as shared:
        silent, half = await shared.pipe(), await shared.pipe()
        half.send(b"Content-Length: 100\r\n\r\n{")
        await shared.client()

        for pipe in (silent, half):
            assert (await pipe.method("link/refused"))["message"] == "No `link/hello` came within 0.2 s."


async def test_a_newer_pipe_is_told_what_the_engine_speaks_and_its_unknown_words_are_passed_over():
    async with house() as shared:
        pipe = await shared.client(link=7, version="9.0.0", unknown=True)
        pipe.send({"method": "link/later", "params": {}}, {"id": "link:1", "method": "link/asked", "params": {}})

        answer = await pipe.next()
        assert answer is not None and (answer["id"], answer["error"]["code"]) == ("link:1", -32601)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
async def test_another_user_is_refused_before_a_word_of_it_is_heard():
    program = (
        "import os, socket, sys\n"
        "s = socket.socket(socket.AF_UNIX)\n"
        "os.setuid(65534)\n"
        "s.connect(sys.argv[1])\n"
        "data = b''\n"
        "while part := s.recv(4096): data += part\n"
        "print(data.decode())\n"
    )
    async with house() as shared:
        os.chmod(shared.path, 0o777)
        os.chmod(shared.path.parent, 0o777)
        command = [sys.executable, "-c", program, str(shared.path)]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=30, check=True)

        assert '"method":"link/refused"' in done.stdout and "another user's" in done.stdout
