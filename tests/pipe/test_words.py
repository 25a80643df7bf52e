"""What a pipe writes down for itself, since importing it takes too long: the same as where it is said for all."""

import subprocess
import sys

from sessiond.pipe import envelope, messages
from sessiond.pipe.ends import link
from sessiond.pipe.envelope import NO_ID
from sessiond.pipe.remembered.subscriptions import ENDING, EVENT, SUBSCRIBING
from sessiond.server.outgoing.entries import Channel
from sessiond.server.wire.json_rpc import encode_error, encode_notification, encode_request, encode_result
from sessiond_protocol.errors import ERROR_KINDS, ErrorCode, RpcError
from sessiond_protocol.methods import ALIASES, METHODS
from sessiond_protocol.serving.link import LINK_VERSION

SLOW = {"asyncio", "msgspec", "typing", "pathlib", "subprocess", "threading", "hashlib", "dataclasses", "logging"}
"""Modules that take longer to import, or more memory, than all of the pipe."""


def test_codes_of_errors_are_those_of_the_protocol() -> None:
    assert {kind: ERROR_KINDS[kind] for kind in messages.CODES} == messages.CODES
    assert messages.PARSE_ERROR == ErrorCode.PARSE_ERROR


def test_the_link_is_of_the_protocols_version() -> None:
    assert link.LINK_VERSION == LINK_VERSION


def test_events_begin_as_the_engine_writes_them() -> None:
    assert Channel("s").head.startswith(EVENT + b's"')


def test_messages_of_the_engine_are_known_by_how_they_begin() -> None:
    long = {"text": "x" * 1000, "method": "inner", "id": 7}
    seen = [
        envelope.peek(frame)
        for frame in (
            encode_result("a", long),
            encode_error(2, RpcError(ErrorCode.INVALID_PARAMS, "no")),
            encode_error(None, RpcError(ErrorCode.PARSE_ERROR, "no")),
            encode_request("sessiond:1", "workspace/applyEdit", long),
            encode_notification("link/leaving", long),
            encode_result("i" * 1000, long),
            b'{"id":3,"result":null,"jsonrpc":"2.0"}',
        )
    ]
    assert [(message.method, message.id, message.is_request, message.is_answer) for message in seen] == [
        (None, "a", False, True),
        (None, 2, False, True),
        (None, None, False, True),
        ("workspace/applyEdit", "sessiond:1", True, False),
        ("link/leaving", NO_ID, False, False),
        (None, "i" * 1000, False, True),
        (None, 3, False, True),
    ]
    assert [message.is_error for message in seen] == [False, True, True, False, False, False, False]


def test_methods_that_a_pipe_knows_by_name_exist() -> None:
    assert METHODS.keys() | ALIASES.keys() >= SUBSCRIBING | ENDING


def test_a_pipe_imports_nothing_that_takes_time() -> None:
    script = "import sys, sessiond.__main__, sessiond.pipe.first, sessiond.pipe.serve; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True, timeout=30)
    assert SLOW & set(ran.stdout.split()) == set()
