"""`initialize` is answered before anything slow is imported, and never otherwise than the connection would."""

import json
import os
import subprocess
import sys
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sessiond.server.capabilities import RESULT_FILE, encoded_result
from sessiond.server.first_answer import FirstAnswer, greet
from sessiond.server.initialize import introduction
from sessiond.server.wire.framing import framed
from sessiond.server.wire.json_rpc import Request, decode
from sessiond_protocol.errors import RpcError

SLOW = {"asyncio", "msgspec", "typing", "logging", "pydantic", "sessiond_protocol.methods", "sessiond.app"}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
oddly = st.one_of(json_values, st.none())


def members(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with some of the fields, each right or odd, or something odd instead of it."""
    return st.fixed_dictionaries({}, optional={name: field | oddly for name, field in fields.items()})


options = members(
    protocolVersion=st.just(1),
    client=members(name=st.text(max_size=3), version=st.text(max_size=3)),
    env=st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    settings=st.dictionaries(st.text(max_size=3), json_values, max_size=2),
    events=members(optOut=st.lists(st.text(max_size=3), max_size=2)),
    editor=members(applyEdit=st.booleans(), diagnostics=st.booleans(), context=st.booleans()),
)
params = members(
    processId=st.integers(),
    rootUri=st.text(max_size=5),
    rootPath=st.text(max_size=5),
    clientInfo=members(name=st.text(max_size=3), version=st.text(max_size=3)),
    workspaceFolders=st.lists(members(uri=st.text(max_size=5), name=st.text(max_size=3)), max_size=2),
    capabilities=members(experimental=members(sessiond=options)),
    initializationOptions=members(sessiond=options),
)


def greeted(data: bytes) -> tuple[FirstAnswer, bytes]:
    """What is read of a whole input, and what is answered."""
    source, output = os.pipe(), os.pipe()
    os.write(source[1], data)
    os.close(source[1])
    try:
        first = greet(source[0], output[1])
        os.set_blocking(output[0], False)
        try:
            answer = os.read(output[0], 65536)
        except BlockingIOError:
            answer = b""
        return first, answer
    finally:
        for descriptor in (source[0], *output):
            os.close(descriptor)


def test_the_committed_result_is_the_one_the_types_say():
    assert RESULT_FILE.read_bytes().rstrip() == encoded_result(), "run: python -m sessiond.server.capabilities"


def test_a_plain_initialize_is_answered_in_the_framing_it_came_in():
    request = {"jsonrpc": "2.0", "id": 3, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
    expected = {"jsonrpc": "2.0", "id": 3, "result": json.loads(encoded_result())}

    for lines in (True, False):
        first, answer = greeted(framed(json.dumps(request).encode(), lines=lines))

        assert first.answered
        assert answer == framed(answer.strip().split(b"\r\n\r\n")[-1], lines=lines)
        assert json.loads(answer.strip().split(b"\r\n\r\n")[-1]) == expected


def test_what_came_with_the_first_message_is_handed_on():
    first, answer = greeted(
        b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n{"method":"initialized"}\n{"id"'
    )

    assert answer
    assert first.frames[1:] == [b'{"method":"initialized"}']
    assert first.decoder.end() == [b'{"id"']


@given(params)
def test_nothing_is_answered_that_the_exact_types_would_refuse(odd: Any):
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": odd}).encode()

    first, answer = greeted(framed(body, lines=False))

    assert first.answered == bool(answer)
    if first.answered:
        request = decode(body)
        assert isinstance(request, Request)
        introduction(request.params)


@given(st.binary(max_size=200))
def test_no_first_bytes_make_it_raise(data: bytes):
    assert greeted(data)[1] == b""


def test_nothing_slow_is_imported_before_the_answer():
    code = (
        "import sys; from sessiond.server.first_answer import greet, own_stdio;"
        "first = greet(*own_stdio()); print(first.answered, *sys.modules, file=sys.stderr)"
    )
    request = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n'

    done = subprocess.run([sys.executable, "-c", code], input=request, capture_output=True, timeout=20, check=True)

    answered, *modules = done.stderr.decode().split()
    assert answered == "True"
    assert SLOW & set(modules) == set()
    assert json.loads(done.stdout)["id"] == 1


def test_another_version_is_refused_with_the_versions_known():
    given_params = {"initializationOptions": {"sessiond": {"protocolVersion": 2, "client": 5}}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": given_params}).encode()

    assert not greeted(framed(body, lines=True))[0].answered
    try:
        introduction(msgspec.Raw(json.dumps(given_params).encode()))
    except RpcError as error:
        assert error.data == {"kind": "unsupportedVersion", "versions": [1]}
        assert error.message == "protocol version 2 is not known here; known: 1"
    else:
        raise AssertionError("not refused")
