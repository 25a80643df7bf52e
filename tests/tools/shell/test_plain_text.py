"""What models and clients get of text that was written for a terminal."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.tools.shell.plain_text import LONGEST_HELD, PlainText
from support.tree import ROOT

PIECES = [
    *(b"a", b"word ", b"\xc3\xa9", b"\xf0\x9f\x98\x80", b"\xff", b"\n", b"\r\n", b"\r", b"\t", b"\0", b"\b", b"\x07"),
    *(b"\x1b[31m", b"\x1b[0K", b"\x1b]0;title\x07", b"\x1b]8;;http://h\x1b\\", b"\x1b", b"\x1b(B"),
]


def plain(data: bytes, size: int | None = None) -> str:
    text = PlainText()
    pieces = [data[start : start + size] for start in range(0, len(data), size)] if size else [data]
    return "".join(text.feed(piece) for piece in pieces) + text.end()


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (b"", ""),
        (b"no newline", "no newline"),
        (b"one\ntwo\n", "one\ntwo\n"),
        (b"dos\r\nlines\r\r\n", "dos\nlines\n"),
        (b"\x1b[1;31mred\x1b[0m \x1b[38;2;1;2;3mtrue\x1b[m", "red true"),
        (b"\x1b]0;title\x07text \x1b]8;;http://h\x1b\\link\x1b]8;;\x1b\\", "text link"),
        (b"\x1b(B\x1b=\x1b[?25l\x1b[2Kx\x1b7", "x"),
        (b"10 %\r50 %\r100 %\ndone", "100 %\ndone"),
        (b"10 %\r\x1b[K100 %\r\n", "100 %\n"),
        (b"|\b/\b-\b\\ ok", "\\ ok"),
        (b"N\bNA\bAM\bME\bE", "NAME"),
        (b"bell\x07 nul\x00 del\x7f c1\xc2\x9b", "bell nul del c1"),
        (b"caf\xe9 \xff\xfe", "caf\ufffd \ufffd\ufffd"),
        (b"\xed\xa0\x80", "\ufffd\ufffd\ufffd"),
    ],
)
def test_text_for_a_terminal_becomes_plain(written: bytes, seen: str) -> None:
    assert plain(written) == seen


def test_what_is_utf_8_is_read_and_what_is_not_is_marked() -> None:
    rows = [json.loads(row) for row in (ROOT / "tests/cases/output_decode.jsonl").read_text().splitlines()]

    assert len(rows) == 40
    for row in rows:
        text, expected = plain(base64.b64decode(row["bytes_b64"])), row["expect"]["text"]
        if row["tier"] == "core":
            assert text == (expected if "\x1b" not in expected else "red"), row["id"]  # colours are not for models
        else:
            assert text == expected or "\ufffd" in text, row["id"]  # never a wrong guess


@given(st.lists(st.sampled_from(PIECES)).map(b"".join), st.integers(1, 7))
def test_it_is_the_same_however_the_pieces_are_cut(data: bytes, size: int) -> None:
    text = plain(data)

    assert plain(data, size) == text
    assert not set(text) & set(map(chr, [*range(9), *range(11, 32), *range(127, 160)]))


def test_a_line_without_an_end_is_not_held_for_ever() -> None:
    text = PlainText()

    given_out = sum(len(text.feed(b"x" * 1000)) for _ in range(1000))

    assert given_out >= 1_000_000 - LONGEST_HELD - 1000
    assert given_out + len(text.end()) == 1_000_000


def test_a_progress_bar_that_never_ends_its_line_costs_nothing() -> None:
    text = PlainText()

    given_out = "".join(text.feed(b"\r%50d" % number) for number in range(10_000))

    assert len(given_out) < 100
    assert (given_out + text.end()).split()[-1] == "9999"


def test_the_line_being_written_can_be_seen() -> None:
    text = PlainText()
    text.feed(b"done\n10 %\r\x1b[32m20 %")

    assert text.unfinished == "20 %"
