"""The incremental decoder: both framings, cut anywhere, with all that can be wrong about a header or a line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.server.wire.framing import MAX_HEADER_BYTES, BadFrame, Decoder, framed

LIMIT = 1000

bodies = st.lists(st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20), max_size=4), max_size=5)


def decoded(*pieces: bytes, limit: int = LIMIT) -> list[bytes | str]:
    """The messages of a whole input; bad ones as their complaint."""
    decoder = Decoder(limit)
    frames = [frame for piece in pieces for frame in decoder.feed(piece)] + decoder.end()
    return [frame.message if isinstance(frame, BadFrame) else frame for frame in frames]


def in_lines(*messages: bytes) -> bytes:
    return b"".join(framed(message, lines=True) for message in messages)


def in_headers(*messages: bytes) -> bytes:
    return b"".join(framed(message, lines=False) for message in messages)


@given(bodies, st.booleans(), st.data())
def test_messages_come_out_whole_wherever_the_stream_is_cut(objects: list[object], lines: bool, data: st.DataObject):
    messages = [json.dumps(value).encode() for value in objects]
    stream = in_lines(*messages) if lines else in_headers(*messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=6)))

    pieces = [stream[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(stream)], strict=True)]

    assert decoded(*pieces) == messages


@pytest.mark.parametrize("lines", [True, False])
def test_messages_come_out_whole_byte_by_byte(lines: bool):
    messages = [b'{"a":1}', b'{"b":"\xc3\xa9"}']
    stream = in_lines(*messages) if lines else in_headers(*messages)

    assert decoded(*[stream[i : i + 1] for i in range(len(stream))]) == messages


@pytest.mark.parametrize(
    ("stream", "messages"),
    [
        (b'\r\n  {"a":1}\r\n\r\n\n{"b":2}\n', [b'{"a":1}\r', b'{"b":2}']),
        (b'{"a":1}\n{"b":', [b'{"a":1}', b'{"b":']),
        (b'{"a":1}', [b'{"a":1}']),
        (b'{"a":1}\n[1]\nnonsense\n', [b'{"a":1}', b"[1]", b"nonsense"]),
        (b"  \n\r\n", []),
        (b"", []),
    ],
    ids=["blank lines and CRLF", "half a line", "no line feed", "no objects", "white space", "nothing"],
)
def test_lines_are_taken_as_they_come(stream: bytes, messages: list[bytes]):
    assert decoded(stream) == messages


@pytest.mark.parametrize(
    ("stream", "messages"),
    [
        (b"content-LENGTH:2\r\nContent-Type: x; charset=utf-8\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\n\n{}", [b"{}"]),
        (b"Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"", b"{}"]),
    ],
    ids=["no case, more headers", "line feeds only", "an empty body"],
)
def test_headers_are_read_as_clients_write_them(stream: bytes, messages: list[bytes]):
    assert decoded(stream) == messages


@pytest.mark.parametrize("length", [b"-5", b"two", b"", b"1e3", b"9" * 5000, b"\xd9\xa3"])
def test_a_header_without_a_usable_length_is_reported_and_reading_goes_on(length: bytes):
    stream = b"Content-Length: " + length + b'\r\n\r\n{"lost":1}Content-Length: 2\r\n\r\n{}'

    assert decoded(stream) == ["a message needs the header `Content-Length: <bytes>`", b"{}"]


def test_headers_without_end_are_reported_once_and_reading_goes_on():
    garbage = b"x" * (MAX_HEADER_BYTES * 3)

    found = decoded(*[garbage[i : i + 1000] for i in range(0, len(garbage), 1000)], b"\r\n\r\n", in_headers(b"{}"))

    assert found == [f"the headers of a message are longer than {MAX_HEADER_BYTES} bytes", b"{}"]


@pytest.mark.parametrize("lines", [True, False])
def test_a_message_that_is_too_large_is_passed_over(lines: bool):
    large = b'{"a":"' + b"x" * LIMIT + b'"}'
    stream = in_lines(b"{}", large, b'{"b":1}') if lines else in_headers(b"{}", large, b'{"b":1}')
    complaint = f"a message may have at most {LIMIT} bytes; it was passed over"

    assert decoded(stream) == [b"{}", complaint, b'{"b":1}']
    assert decoded(*[stream[i : i + 7] for i in range(0, len(stream), 7)]) == [b"{}", complaint, b'{"b":1}']


@pytest.mark.parametrize("stream", [b"Content-Len", b"Content-Length: 5\r\n\r\n{}", b"GET / HTTP/1.1"])
def test_half_a_message_at_the_end_is_reported(stream: bytes):
    assert decoded(stream) == ["the input ended in the middle of a message"]


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_no_bytes_make_the_decoder_raise_or_hold_more_than_a_message(pieces: list[bytes]):
    decoder = Decoder(100)
    for piece in pieces:
        for frame in decoder.feed(piece):
            assert isinstance(frame, BadFrame) or len(frame) <= 100
    decoder.end()


def test_line_separators_of_unicode_do_not_end_a_line():
    message = json.dumps({"text": "a\u2028b\u2029c"}, ensure_ascii=False).encode()

    line = framed(message, lines=True)

    assert line.decode().splitlines() == ['{"text": "a\\u2028b\\u2029c"}']
    assert json.loads(line) == json.loads(message)
