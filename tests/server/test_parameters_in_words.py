"""A wrong parameter is named, and said in words how."""

from typing import Any

import msgspec
import pytest

from sessiond.server.parameters import decode_params
from sessiond_protocol.errors import RpcError
from sessiond_protocol.methods import ChatParams, SessionParams, SubscribeParams
from sessiond_protocol.wire import NoParams


def complaint(params: bytes, kind: type[Any] = ChatParams, method: str = "session/chat") -> tuple[int, str, str]:
    with pytest.raises(RpcError) as caught:
        decode_params(msgspec.Raw(params), kind, method)
    assert caught.value.data is not None and caught.value.data["kind"] == "invalidRequest"
    return int(caught.value.code), caught.value.message, caught.value.data["field"]


@pytest.mark.parametrize(
    ("params", "kind", "message", "field"),
    [
        (b"{}", SessionParams, "`sessionId` is missing (m)", "sessionId"),
        (b'{"sessionId":4}', SessionParams, "`sessionId` must be a string, not an integer (m)", "sessionId"),
        (
            b'{"sessionId":"s","after":1.5}',
            SubscribeParams,
            "`after` must be an integer or null, not a number (m)",
            "after",
        ),
        (b'{"parts":1}', ChatParams, "`parts` must be a list or null, not an integer (m)", "parts"),
        (
            b'{"parts":[{"type":"text"}]}',
            ChatParams,
            "`parts[0].text` is missing (m)",
            "parts[0].text",
        ),
        (
            b'{"parts":[{"type":"film"}]}',
            ChatParams,
            "`parts[0].type` is not allowed: invalid value 'film' (m)",
            "parts[0].type",
        ),
        (b'{"whenBusy":"x"}', ChatParams, "`whenBusy` is not allowed: invalid enum value 'x' (m)", "whenBusy"),
        (b'{"system":[true]}', ChatParams, "`system[0]` must be a string, not true or false (m)", "system[0]"),
        (b"[1]", ChatParams, "parameters must be an object with names, not positions (m)", "params"),
        (b"5", ChatParams, "parameters must be an object with names, not positions (m)", "params"),
    ],
)
def test_a_wrong_parameter_is_named_in_words(params: bytes, kind: type[Any], message: str, field: str):
    assert complaint(params, kind, "m") == (-32602, message, field)


def test_parameters_that_are_missing_null_or_have_unknown_fields_are_fine():
    assert decode_params(msgspec.Raw(b"null"), NoParams, "m") == NoParams()
    assert decode_params(msgspec.Raw(b'{"unknown":[1],"_meta":{"sessionId":1}}'), NoParams, "m") == NoParams()
