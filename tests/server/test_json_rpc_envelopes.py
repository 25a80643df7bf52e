"""What is a JSON-RPC message and what is refused, with which code and to which id."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.server.wire import json_rpc
from sessiond.server.wire.json_rpc import Notification, Refused, Request, Response, decode
from sessiond_protocol.errors import RpcError

DEEP = b"[" * 100_000 + b"]" * 100_000


def refusal(body: bytes) -> tuple[int, object, str]:
    with pytest.raises(Refused) as caught:
        decode(body)
    return int(caught.value.error.code), caught.value.id, caught.value.error.message


@pytest.mark.parametrize(
    ("body", "code", "message_id"),
    [
        (b"", -32700, None),
        (b"{", -32700, None),
        (b'{"id":1,"method":"x",}', -32700, None),
        (b'{"id":1,"method":"x"} {}', -32700, None),
        (b'{"id":1,"method":"x","params":{"a":NaN}}', -32700, None),
        (b'{"id":1,"method":"\xff"}', -32700, None),
        (b'{"id":1,"method":"x","params":{"a":"\xc3"}}', -32700, None),
        (b'{"id":1,"method":"x","params":{"a":"\t"}}', -32700, None),
        (b'{"id":1,"method":"x","params":' + DEEP + b"}", -32700, None),
        (b'{"id":1,"method":"x","params":{"a":"\\ud800"},"b":' + DEEP + b"}", -32700, None),
        (b'{"id":1,"method":"x","params":{"a":"\\ud800"}', -32700, None),
        (b'{"id":1,"method":"x","params":{"a":"\\ud800","b":Infinity}}', -32700, None),
        (b'[{"id":1,"method":"x"}]', -32600, None),
        (b"5", -32600, None),
        (b"null", -32600, None),
        (b"{}", -32600, None),
        (b'{"id":7}', -32600, 7),
        (b'{"id":7,"method":5}', -32600, 7),
        (b'{"id":7,"method":null}', -32600, 7),
        (b'{"jsonrpc":"1.0","id":"a","method":"x"}', -32600, "a"),
        (b'{"id":null,"method":"x"}', -32600, None),
        (b'{"id":true,"method":"x"}', -32600, None),
        (b'{"id":{},"method":"x"}', -32600, None),
        (b'{"id":[1],"method":"x"}', -32600, None),
        (b'{"id":1e999,"method":"x"}', -32600, None),
        (b'{"result":1}', -32600, None),
    ],
)
def test_what_is_no_message_is_refused_with_a_code_and_the_id_if_it_has_one(body: bytes, code: int, message_id: object):
    found_code, found_id, text = refusal(body)

    assert (found_code, found_id) == (code, message_id)
    assert text and "\n" not in text


def test_a_batch_is_refused_with_a_sentence():
    assert refusal(b' [{"id":1,"method":"x"}]')[2] == "batches are not accepted: send one message at a time"


def test_ids_are_kept_as_they_are():
    for message_id in ("a", "", 0, -1, 1.5, 10**30):
        request = decode(json.dumps({"id": message_id, "method": "x"}).encode())
        assert isinstance(request, Request)
        assert request.id == message_id
        assert json.loads(json_rpc.encode_result(request.id, None))["id"] == message_id


def test_the_three_kinds_of_message_are_told_apart():
    assert isinstance(decode(b'{"jsonrpc":"2.0","id":1,"method":"x","params":{}}'), Request)
    assert isinstance(decode(b'{"method":"x","params":[1]}'), Notification)
    assert isinstance(decode(b'{"id":1,"result":null}'), Response)
    assert isinstance(decode(b'{"id":1,"error":{"code":1,"message":""}}'), Response)


def test_lone_surrogates_become_the_replacement_character_and_pairs_stay():
    request = decode(rb'{"id":1,"method":"x","params":{"a\udfff":["\ud83d\ude00 \ud800!"]}}')

    assert isinstance(request, Request)
    assert json.loads(bytes(request.params)) == {"a\ufffd": ["\U0001f600 \ufffd!"]}


def test_a_result_with_a_lone_surrogate_is_sent_all_the_same():
    assert json.loads(json_rpc.encode_result(1, {"path": "a\udcff"}))["result"] == {"path": "a\ufffd"}
    assert (
        json.loads(json_rpc.encode_error(1, RpcError.of_kind("internal", "a\udcff")))["error"]["message"] == "a\ufffd"
    )


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_no_body_makes_decode_raise_anything_but_a_refusal(body: bytes):
    try:
        decode(body)
    except Refused as refused:
        json.loads(json_rpc.encode_error(refused.id, refused.error))
