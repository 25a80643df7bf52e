"""Server-sent events come out the same however the bytes are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers import sse
from sessiond.providers.sse import ServerSentEvent, SseDecoder


def decode(*reads: bytes) -> list[ServerSentEvent]:
    decoder = SseDecoder()
    events = [event for read in reads for event in decoder.feed(read)]
    return events + decoder.finish()


def data(*texts: str) -> list[ServerSentEvent]:
    return [ServerSentEvent("", text) for text in texts]


@pytest.mark.parametrize(
    ("body", "events"),
    [
        (b"data: a\n\ndata: b\n\n", data("a", "b")),
        (b"data:a\n\ndata:  b\n\n", data("a", " b")),
        (b"data: a\r\n\r\ndata: b\r\rdata: c\n\n", data("a", "b", "c")),
        (b"data: a\ndata: b\n\n", data("a\nb")),
        (b"event: ping\nid: 7\nretry: 10\ndata: a\n\n", [ServerSentEvent("ping", "a")]),
        (b": comment\n\n:\n\ndata: a\n\n", data("a")),
        (b"data\n\ndata:\n\ndata: \n\nevent: x\n\n", []),
        (b"\xef\xbb\xbfdata: a\n\n", data("a")),
        (b"data: a\n\ndata: b", data("a", "b")),
        (b"data: a\x0bb\x0cc\xc2\x85d\xe2\x80\xa8e\n\n", data("a\x0bb\x0cc\x85d\u2028e")),
        (b"data: \xff\n\n", data("\ufffd")),
        (b"\n\n\n\ndata: a\n\n\n\n\n", data("a")),
        (b"", []),
    ],
)
def test_a_body_is_read_the_same_whole_and_byte_by_byte(body: bytes, events: list[ServerSentEvent]):
    assert decode(body) == events
    assert decode(*(body[at : at + 1] for at in range(len(body)))) == events


@given(
    st.lists(st.text(alphabet="aé日🎉 :\n", min_size=1, max_size=8), max_size=6),
    st.sampled_from(["\n", "\r", "\r\n"]),
    st.data(),
)
def test_what_was_written_is_read_back(texts: list[str], line_end: str, cuts: st.DataObject):
    blocks = ("".join(f"data: {line}{line_end}" for line in text.split("\n")) + line_end for text in texts)
    body = "".join(blocks).encode()
    splits = sorted(cuts.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    edges = [0, *splits, len(body)]
    reads = [body[start:end] for start, end in pairwise(edges)]
    assert decode(*reads) == data(*texts)


def test_what_is_no_event_stream_is_kept_apart():
    decoder = SseDecoder()
    assert decoder.feed(b'{\n "error": "no"\n}\n\ndata: a\n\n') == data("a")
    assert decoder.stray == '{\n "error": "no"\n}'


def test_an_event_without_end_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sse, "MAX_EVENT_BYTES", 1000)
    decoder = SseDecoder()
    with pytest.raises(ValueError, match="1000 bytes"):
        for _ in range(100):
            decoder.feed(b"x" * 100)
