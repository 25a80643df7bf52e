"""Lines as messages: what is none, what answers a request though it cannot be read, what other writers let through."""

import json
from typing import Any

import pytest
from mcp_types import (
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    jsonrpc_message_adapter,
)

from sessiond.mcp.connection.child.lines import TooLong
from sessiond.mcp.connection.child.messages import MOST_CONTAINERS, MOST_MENDED_BYTES, Exchange, Kind, Said

ASKED = 7


def said(line: bytes | TooLong) -> Said:
    """By a server that was asked with the id 7."""
    exchange = Exchange()
    exchange.written(JSONRPCRequest(jsonrpc="2.0", id=ASKED, method="tools/call"))
    return exchange.read(line)


def message_of(line: bytes | TooLong) -> JSONRPCMessage | None:
    message = said(line).message
    return message and message.message


def answer(result: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": ASKED, "result": result}).encode()


@pytest.mark.parametrize(
    "value",
    [
        {"id": 1, "method": "ping"},
        {"id": "a", "method": "roots/list", "params": {"x": [1, {}]}},
        {"method": "notifications/initialized"},
        {"method": "notifications/message", "params": {"data": "ä日\U0001f600", "level": "info"}},
        {"id": ASKED, "result": {}},
        {"id": str(ASKED), "result": {"content": [{"type": "text", "text": "x"}]}},
        {"id": ASKED, "result": {"n": 10**30, "f": 1.5e300, "none": None}},
        {"id": ASKED, "error": {"code": -32000, "message": "no", "data": [1]}},
    ],
)
def test_messages_are_what_the_sdk_would_read(value: dict[str, Any]) -> None:
    line = json.dumps({"jsonrpc": "2.0"} | value).encode()

    message = message_of(line + b"\r")

    expected = jsonrpc_message_adapter.validate_json(line, by_name=False)
    assert message == expected
    assert message is not None and message.model_dump_json(exclude_unset=True) == expected.model_dump_json(
        exclude_unset=True
    )


@pytest.mark.parametrize(
    "line",
    [
        b"Listening on stdio",
        b"42",
        b"[1, 2]",
        b"{}",
        b'{"level": "info", "id": 7, "msg": "started"}',
        b'{"jsonrpc": "1.0", "id": 7, "result": {}}',
        b'{"jsonrpc": "2.0", "id": 8, "result": {}}',
        b'{"jsonrpc": "2.0", "id": 8, "result": 8}',
        b'{"jsonrpc": "2.0", "id": true, "method": "ping"}',
        b'{"jsonrpc": "2.0", "id": null, "method": "ping"}',
        b"\xff\xfe\x00{",
        b'{"a":' + b"[" * 100_000,
    ],
)
def test_what_is_no_message_is_told_in_short(line: bytes) -> None:
    kind, message, note = said(line)

    assert (kind, message) == (Kind.JUNK, None)
    assert note is not None and len(note) < 300


@pytest.mark.parametrize("line", [b"", b"  ", b"\r", b"\xef\xbb\xbf"])
def test_blank_lines_are_not_worth_a_word(line: bytes) -> None:
    assert said(line) == Said(Kind.JUNK)


def test_a_byte_order_mark_is_no_part_of_a_message() -> None:
    assert message_of(b"\xef\xbb\xbf" + answer({})) == JSONRPCResponse(jsonrpc="2.0", id=ASKED, result={})


def test_log_and_progress_messages_may_be_left_out_and_others_not() -> None:
    kinds = {
        method: said(json.dumps({"jsonrpc": "2.0", "method": method}).encode()).kind
        for method in (
            "notifications/message",
            "notifications/progress",
            "notifications/tools/list_changed",
            "notifications/cancelled",
        )
    }

    assert kinds == {
        "notifications/message": Kind.NEWS,
        "notifications/progress": Kind.NEWS,
        "notifications/tools/list_changed": Kind.OTHER,
        "notifications/cancelled": Kind.OTHER,
    }


def test_a_request_is_answered_once() -> None:
    exchange = Exchange()
    exchange.written(JSONRPCRequest(jsonrpc="2.0", id=ASKED, method="ping"))

    assert [exchange.read(answer({})).kind for _ in range(2)] == [Kind.ANSWER, Kind.JUNK]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b'{"a": NaN, "b": -Infinity}', {"a": None, "b": None}),
        (b'{"a": "x\ty"}', {"a": "x\ty"}),
        (b'{"a": "\\ud800!"}', {"a": "?!"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
    ],
)
def test_answers_are_mended_where_other_writers_of_json_are_lax(written: bytes, read: dict[str, Any]) -> None:
    line = b'{"jsonrpc": "2.0", "id": 7, "result": ' + written + b"}"

    assert message_of(line) == JSONRPCResponse(jsonrpc="2.0", id=ASKED, result=read)


def failed(why: str) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=ASKED, error=ErrorData(code=-32603, message=f"the answer {why}"))


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (b'{"jsonrpc": "2.0", "id": 7, "result": {"content": [', b'"}]}}'),
        (b'{"id":7,"jsonrpc":"2.0","result":{', b"}}"),
        (b'{"jsonrpc":"2.0","id":"7","error":{', b"}}"),
        (b'{"result":{"content":[', b'"}]},"jsonrpc":"2.0","id":7}'),
        (b'{"jsonrpc":"2.0","result":{', b'},"id":7,"jsonrpc":"2.0"}\r'),
    ],
)
def test_an_answer_that_is_too_long_is_an_error_of_its_call(head: bytes, tail: bytes) -> None:
    message = message_of(TooLong(head, tail, 100_000_000))

    assert message is not None
    assert message.model_copy(update={"id": 7}) == failed("has 100.0 MB, more than the 32 that are taken")


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (b'{"jsonrpc":"2.0","id":8,"result":{', b"}}"),
        (b'{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{', b"}}"),
        (b'{"jsonrpc":"2.0","method":"notifications/message","params":{"result":1', b'},"id":7}'),
        (b'{"result":{"content":[', b'{"id":7}]}}'),
        (b"xxxxxxxx", b'"id":7}'),
    ],
)
def test_a_line_that_is_too_long_and_answers_nothing_fails_no_call(head: bytes, tail: bytes) -> None:
    assert said(TooLong(head, tail, 100_000_000)).kind is Kind.JUNK


def test_an_answer_that_is_none_is_an_error_of_its_call() -> None:
    lines = [b'{"jsonrpc": "2.0", "id": 7, "result": [1]}', b'{"jsonrpc": "2.0", "id": 7, "result": {"a": }}']

    assert [message_of(line) for line in lines] == [failed("is not valid JSON-RPC")] * 2


def test_an_answer_with_millions_of_values_is_an_error_of_its_call() -> None:
    message = message_of(answer({"a": 0}).replace(b"0}", b"[" + b"[]," * MOST_CONTAINERS + b"0]}"))

    assert message == failed(f"has more than {MOST_CONTAINERS:,} lists and objects, more than are taken")


def test_a_long_answer_is_not_mended_but_an_error_of_its_call() -> None:
    line = answer({"a": "x" * MOST_MENDED_BYTES}).replace(b'"x', b'"\xffx')

    message = message_of(line)
    assert isinstance(message, JSONRPCError)
    assert (message.id, message.error.message) == (ASKED, "the answer is not valid JSON-RPC")


def test_messages_are_written_without_what_was_not_set() -> None:
    line = Exchange().written(JSONRPCNotification(jsonrpc="2.0", method="notifications/initialized"))

    assert line == b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
