"""Lines from pieces: the same whatever the pieces, and bounded."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sessiond.mcp.connection.child.lines import END_BYTES, Line, Lines, TooLong

texts = st.lists(st.binary(max_size=30).map(lambda line: line.replace(b"\n", b"")), max_size=12)
cuts = st.lists(st.integers(0, 400), max_size=20)


def pieces_of(data: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({min(place, len(data)) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def lines_of(pieces: list[bytes], most: int = 1000) -> list[Line]:
    lines = Lines(most)
    return [*(line for piece in pieces for line in lines.add(piece)), *lines.rest()]


@given(texts, cuts)
def test_lines_are_the_same_however_their_bytes_come(lines: list[bytes], places: list[int]) -> None:
    data = b"".join(line + b"\n" for line in lines)

    assert lines_of(pieces_of(data, places)) == lines


@given(texts, cuts, st.integers(0, 20))
def test_only_the_ends_are_kept_of_a_line_that_is_too_long(lines: list[bytes], places: list[int], most: int) -> None:
    data = b"".join(line + b"\n" for line in lines)

    assert lines_of(pieces_of(data, places), most) == [
        line if len(line) <= most else TooLong(line[:END_BYTES], line[-END_BYTES:], len(line)) for line in lines
    ]


def test_a_line_that_nothing_ends_comes_at_last() -> None:
    assert lines_of([b"one\ntw", b"o"]) == [b"one", b"two"]


def test_of_a_line_that_is_too_long_no_more_than_its_ends_are_in_memory() -> None:
    lines = Lines(10 * END_BYTES)
    piece = bytes(END_BYTES)

    for _ in range(1000):
        assert [*lines.add(piece)] == []
    assert lines.skipping and lines.size == 1000 * END_BYTES
    assert [*lines.add(b"end\nnext\n")] == [
        TooLong(piece, (piece + b"end")[-END_BYTES:], 1000 * END_BYTES + 3),
        b"next",
    ]
