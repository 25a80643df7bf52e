"""What a way of matching gives: the places it found, each with what is put there. Pure data, and lines of a text."""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

import msgspec

from sessiond.tools.files.splices import Splice

MOST_PLACES = 1000
"""So many are looked for when one is wanted; nobody reads a longer list."""


class Wanted(msgspec.Struct, frozen=True):
    """What the model sent, with `\\n` for each line end."""

    old: str
    new: str


class Found(msgspec.Struct, frozen=True):
    """A place that matches: `text[start:end]`."""

    start: int
    end: int
    splice: Splice | None = None
    """What to do there; None when that is not certain."""
    doubt: str = ""
    """Why it is not certain, for the model."""


class Text:
    """A text and its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """Without line ends; none after a final line end."""
        lines = self.text.split("\n")
        return lines if lines[-1] else lines[:-1]

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins, and where the text ends."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        starts[-1] = len(self.text)
        return starts

    def line_at(self, position: int) -> int:
        """The number of the line, from 1, in which a position is."""
        return max(bisect_right(self.starts, position, 0, max(len(self.lines), 1)), 1)

    def places(self, line: str) -> list[int]:
        """Indexes of the lines that are the same but for blanks anywhere in them."""
        return self._by_content.get("".join(line.split()), [])

    @cached_property
    def _by_content(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.lines):
            found.setdefault("".join(line.split()), []).append(index)
        return found


def lines_of(wanted: str) -> list[str]:
    """The lines of what is wanted, without an empty one behind a final line end."""
    lines = wanted.split("\n")
    return lines if lines[-1] else lines[:-1]


def between(text: Text, first: int, last: int, new_lines: Sequence[str]) -> Splice:
    """Whole lines in place of those from index `first` to `last` (not included). A missing final line end stays so."""
    start, end = text.starts[first], text.starts[last]
    new = "".join(f"{line}\n" for line in new_lines)
    if last < len(text.lines) or not text.text or text.text.endswith("\n"):
        return Splice(start, end, new)
    if first == len(text.lines):
        return Splice(start, end, "\n" + new[:-1])
    if not new_lines:
        return Splice(max(start - 1, 0), end, "")
    return Splice(start, end, new[:-1])
