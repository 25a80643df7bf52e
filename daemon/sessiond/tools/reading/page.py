"""A page of a text for the model: numbered lines, as many as fit, and how to read on. For `read`."""

from collections.abc import Iterator
from typing import NamedTuple

from sessiond.tools.reading.text_lines import Counted, Line, lines

MAX_LINES = 2000
MAX_BYTES = 50_000
MAX_LINE = 2000


class Page(NamedTuple):
    output: str
    lines: int
    """How many are in it."""
    more: bool


def page(texts: Iterator[str], title: str, first: int, limit: int) -> Page:
    """From line `first` on. It reads no more than it must."""
    counted = Counted(texts)
    taken: list[str] = []
    size, more = 0, False
    for number, line in enumerate(lines(counted, first, MAX_LINE), first):
        numbered = f"{number:6}\t{marked(line)}"
        size += len(numbered.encode()) + 1
        if len(taken) >= min(limit, MAX_LINES) or (size > MAX_BYTES and taken):
            more = True
            break
        taken.append(numbered)
    if not taken:
        return Page(nothing(title, first, counted.lines), 0, False)
    last = first + len(taken) - 1
    note = f"\n(lines {first} to {last}; there is more, read on with offset {last + 1})" if more else ""
    return Page("\n".join(taken) + note, len(taken), more)


def nothing(title: str, first: int, there: int) -> str:
    if not there:
        return f"({title} is empty)"
    return f"({title} has no line {first}; it has {there} line{'s' * (there != 1)})"


def marked(line: Line) -> str:
    return f"{line.text} (… {line.left_out} more characters)" if line.left_out else line.text
