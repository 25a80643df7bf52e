"""From two texts to LSP's text edits: few and small, so that cursors, marks and folds of the rest stay.

Pure. Used by `client_editor.py` for `workspace/applyEdit`. Positions count UTF-16 units, as the daemon advertises.
"""

import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MOST_COMPARED = 100_000_000
"""Old lines times new lines that are compared, an eighth of a byte of memory each; above, they are one change."""


class Position(NamedTuple):
    line: int
    character: int


class TextEdit(NamedTuple):
    """What stands from `start` to `end` becomes `text`."""

    start: Position
    end: Position
    text: str


def text_edits(before: str, after: str) -> list[TextEdit]:
    """The edits that make `after` of `before`: in order, apart from each other, all in positions of `before`."""
    old, new = split_lines(before), split_lines(after)
    return [
        _trimmed(start, "".join(old[start:stop]), "".join(new[new_start:new_stop]))
        for start, stop, new_start, new_stop in _changed_lines(old, new)
    ]


def split_lines(text: str) -> list[str]:
    """Lines with their ends, which are `\\n`, `\\r\\n` and `\\r` alone: LSP 3.17, "Text Documents"."""
    return io.StringIO(text, newline="").readlines()


def utf16_units(text: str) -> int:
    """How long a text is in LSP's default position encoding."""
    return len(text) + sum(character > "\uffff" for character in text)


Lines = tuple[int, int, int, int]
"""Old lines from the first number to before the second become new lines from the third to before the fourth."""


def _changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Lines]:
    first = _equal_start(old, new)
    last = _equal_start(old[first:][::-1], new[first:][::-1])
    old_stop, new_stop = len(old) - last, len(new) - last
    if (old_stop - first) * (new_stop - first) > MOST_COMPARED:
        yield first, old_stop, first, new_stop
        return
    for start, stop, new_start, end in _compared(old[first:old_stop], new[first:new_stop]):
        yield first + start, first + stop, first + new_start, first + end


def _compared(old: Sequence[str], new: Sequence[str]) -> Iterator[Lines]:
    """The changes between lines that have neither beginning nor end in common."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - only an edit in an editor needs it

    numbers: dict[str, int] = {}
    numbered = [[numbers.setdefault(line, len(numbers)) for line in lines] for lines in (old, new)]
    done = new_done = 0
    for block in Indel.opcodes(*numbered).as_matching_blocks():
        if (done, new_done) != (block.a, block.b):
            yield done, block.a, new_done, block.b
        done, new_done = block.a + block.size, block.b + block.size


def _equal_start(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements the two begin with alike."""
    for index, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return index
    return min(len(one), len(other))


def _trimmed(line: int, old: str, new: str) -> TextEdit:
    """The edit of what stands from a line on, without what both texts begin and end with; `\\r\\n` stays whole."""
    start = _equal_start(old, new)
    if start and old[start - 1] == "\r" and "\n" in (old[start : start + 1], new[start : start + 1]):
        start -= 1
    behind = _equal_start(old[start:][::-1], new[start:][::-1])
    if behind and old[-behind] == "\n" and "\r" in (old[-behind - 1 : -behind], new[-behind - 1 : -behind]):
        behind -= 1
    stop = len(old) - behind
    return TextEdit(_place(line, old[:start]), _place(line, old[:stop]), new[start : len(new) - behind])


def _place(line: int, text: str) -> Position:
    """Where one stands after a text that begins at a line."""
    lines = split_lines(text)
    if not lines or lines[-1].endswith(("\n", "\r")):
        return Position(line + len(lines), 0)
    return Position(line + len(lines) - 1, utf16_units(lines[-1]))
