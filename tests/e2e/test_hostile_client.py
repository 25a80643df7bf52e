"""Clients that write nonsense to the real process: an error or a clean end, never a traceback or a hang."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.daemon import Daemon, Home
from support.daemon.framing import Framing, MessageReader, frame, frame_bytes

SECONDS = 20
STATUS: dict[str, Any] = {"jsonrpc": "2.0", "id": "after", "method": "server/status", "params": {}}


async def error_of(daemon: Daemon, data: bytes) -> dict[str, Any]:
    """The error that answers these bytes, after which the daemon still answers in order."""
    daemon.send_bytes(data)
    await daemon.request("server/status")
    assert len(daemon.unread) == 1, daemon.unread
    return daemon.unread.pop()


@pytest.mark.parametrize("framing", ["headers", "lines"])
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"jsonrpc":"2.0","id":1,', -32700),
        (b'{"jsonrpc":"2.0","id":1,"method":"server/status","params":{"a":"\xff\xfe"}}', -32700),
        (b"{nonsense}", -32700),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, -32700),
        (b'{"jsonrpc":"2.0","id":{"no":1},"method":"server/status"}', -32600),
        (b'{"jsonrpc":"2.0","id":9000}', -32600),
        (b'{"jsonrpc":"2.0","id":9000,"method":7}', -32600),
        (b'{"id":9000,"method":"server/status"}', None),
        (b'{"jsonrpc":"2.0","id":9000,"method":"no/such"}', -32601),
        (b'{"jsonrpc":"2.0","id":9000,"method":"session/get","params":[1]}', -32602),
        (b'{"jsonrpc":"2.0","id":9000,"method":"session/get","params":"ses_1"}', -32602),
    ],
)
async def test_what_is_no_request_is_answered_with_its_error_and_reading_goes_on(
    home: Home, framing: Framing, body: bytes, code: int | None
) -> None:
    async with Daemon(home, framing) as daemon:
        message = await error_of(daemon, frame_bytes(body, framing))

        assert code is None or message["error"]["code"] == code
        assert message["id"] in (None, 9000)


async def test_a_batch_is_refused_in_words(home: Home) -> None:
    async with Daemon(home) as daemon:
        message = await error_of(daemon, frame([STATUS, STATUS], "headers"))

        assert (message["error"]["code"], "batch" in message["error"]["message"]) == (-32600, True)


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: twelve\r\n\r\n",
        b"X-Nothing: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"\r\n\r\n",
    ],
)
async def test_headers_that_give_no_length_are_refused_and_reading_goes_on(home: Home, data: bytes) -> None:
    async with Daemon(home) as daemon:
        message = await error_of(daemon, data)

        assert message["error"]["code"] == -32700


async def test_a_message_of_no_bytes_is_refused_and_reading_goes_on(home: Home) -> None:
    async with Daemon(home) as daemon:
        message = await error_of(daemon, frame_bytes(b"", "headers"))

        assert message["error"]["code"] == -32700


async def test_a_message_beyond_the_limit_is_passed_over(home: Home) -> None:
    async with Daemon(home, "lines") as daemon:
        result = await daemon.request("server/status")
        limit = 64 * 1024 * 1024
        before = daemon.memory()

        daemon.send_bytes(b'{"jsonrpc":"2.0","id":9,"method":"' + b"x" * (limit + limit // 8) + b'"}\n')
        await daemon.request("server/status", seconds=60)

        assert daemon.unread.pop()["error"]["data"]["kind"] == "payloadTooLarge"
        assert result["pid"] == daemon.engine_pid
        assert daemon.memory() - before < 2 * limit


async def test_half_a_character_becomes_the_replacement_character(home: Home) -> None:
    async with Daemon(home) as daemon:
        body = rb'{"jsonrpc":"2.0","id":"s","method":"session/create","params":{"title":"half \ud83d of it"}}'
        daemon.send_bytes(frame_bytes(body, "headers"))
        await daemon.until(lambda: daemon.unread)

        assert daemon.unread.pop()["result"]["title"] == "half \ufffd of it"


@pytest.mark.parametrize("data", [b"", b"{", b"Content-", b"Content-Length: 1000\r\n\r\n{", b"\x00\xff", b"\n\n\n"])
def test_an_input_that_ends_in_the_middle_ends_the_daemon(home: Home, data: bytes) -> None:
    answers = answers_to(home, data)

    assert [answer for answer in answers if "error" not in answer] == []


def answers_to(home: Home, data: bytes) -> list[dict[str, Any]]:
    """What a daemon says that is given these bytes and no more; it must end in good order."""
    ran = subprocess.run(
        [sys.executable, "-m", "sessiond"],
        input=data,
        capture_output=True,
        timeout=SECONDS,
        cwd=home.project,
        env=home.environment(),
        check=False,
    )
    assert (ran.returncode, b"Traceback" in ran.stderr) == (0, False), ran.stderr.decode()
    framing: Framing = "lines" if data.lstrip(b" \t\r\n")[:1] == b"{" else "headers"
    return [json.loads(body) for body in MessageReader(framing).feed(ran.stdout)]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
METHODS = st.sampled_from(
    ["session/create", "session/list", "session/get", "session/messages", "session/subscribe", "session/chat",
     "session/abort", "session/update", "session/delete", "session/usage", "message/get", "permission/reply",
     "permission/list", "question/reply", "question/list", "model/list", "provider/list", "$/cancelRequest",
     "textDocument/didOpen", "no/such"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["sessionId", "text", "parts", "limit", "cursor", "before", "after", "directory", "title", "model", "requestId",
     "decision", "answer", "id", "messageId", "maxSteps", "tools", "system", "search", "archived", "parentId"]
)  # fmt: skip
REQUESTS = st.fixed_dictionaries(
    {
        "jsonrpc": st.just("2.0") | JSON,
        "method": METHODS | JSON,
        "params": st.dictionaries(NAMES, JSON, max_size=5) | JSON,
    },
    optional={"id": st.integers(1000, 1003) | st.text(max_size=3) | JSON},
)
BODIES = REQUESTS.map(lambda request: json.dumps(request).encode()) | st.binary(max_size=40).filter(
    lambda b: b"\n" not in b
)


@pytest.mark.slow
@pytest.mark.parametrize("framing", ["headers", "lines"])
def test_whatever_is_sent_the_daemon_goes_on_and_answers(home: Home, framing: Framing) -> None:
    with asyncio.Runner() as runner:
        daemon = Daemon(home, framing)
        runner.run(daemon.start())

        @settings(max_examples=200, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
        @given(st.lists(BODIES, min_size=1, max_size=6))
        def goes_on(bodies: list[bytes]) -> None:
            runner.run(still_answers(daemon, bodies))

        goes_on()
        daemon.unread.clear()
        runner.run(daemon.close())


async def still_answers(daemon: Daemon, bodies: list[bytes]) -> None:
    for body in bodies:
        daemon.send_bytes(frame_bytes(body, daemon.framing))
    status = await daemon.request("server/status")
    assert status["pid"] == daemon.engine_pid
    daemon.unread.clear()


@pytest.mark.slow
@settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    data=st.binary(max_size=200), head=st.sampled_from([b"", b"{", b"Content-Length: 20\r\n\r\n", b'{"jsonrpc":"2.0",'])
)
def test_whatever_comes_first_the_daemon_ends_in_good_order(home: Home, head: bytes, data: bytes) -> None:
    answers_to(home, head + data)
