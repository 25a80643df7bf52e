"""Puts new pieces into a text and gives everything around them back as it was stored. Pure.

A tool that knows which pieces it replaces gives them as splices. Where it gives a whole new text, they are
found by comparing lines, which matters only where line ends are mixed.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate

import msgspec

from sessiond.tools.files.text_form import TextForm

MAX_COMPARED_LINES = 2000
"""So many lines are compared, beginning and end apart; where there are more, all between counts as new."""


class Splice(msgspec.Struct, frozen=True):
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """The new text. Splices are in order and do not overlap."""
    pieces: list[str] = []
    at = 0
    for splice in splices:
        pieces += [text[at : splice.start], splice.new]
        at = splice.end
    return "".join((*pieces, text[at:]))


def with_ends(text: str, form: TextForm, splices: Sequence[Splice]) -> str:
    """The new text with line ends: lines outside the splices keep theirs, new ones take those around them."""
    new = spliced(text, splices)
    if form.ends is None:
        return new if form.end == "\n" else new.replace("\n", form.end)
    ends: list[str] = []
    line = at = 0
    for splice in splices:
        first = line + text.count("\n", at, splice.start)
        last = first + text.count("\n", splice.start, splice.end)
        ends += form.ends[line:first]
        ends += _new_ends(form.ends, first, last, splice.new.count("\n"))
        line, at = last, splice.end
    ends += form.ends[line:]
    return "".join(part + end for part, end in zip(new.split("\n"), (*ends, ""), strict=True))


def splices_between(text: str, new: str) -> list[Splice]:
    """Splices of whole lines that make the one text the other."""
    old_lines, new_lines = lines_of(text), lines_of(new)
    starts = [0, *accumulate(map(len, old_lines))]
    return [
        Splice(starts[first], starts[last], "".join(new_lines[new_first:new_last]))
        for first, last, new_first, new_last in changed_lines(old_lines, new_lines)
    ]


def lines_of(text: str) -> list[str]:
    """With their ends. Only `\\n` ends a line: `str.splitlines` knows many more."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def changed_lines(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Ranges of lines that differ, `old[a:b]` and `new[c:d]`."""
    head = equal_start(old, new)
    tail = equal_start(old[head:][::-1], new[head:][::-1])
    middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    if not middle and not new_middle:
        return []
    if len(middle) + len(new_middle) > MAX_COMPARED_LINES:
        return [(head, len(old) - tail, head, len(new) - tail)]
    matcher = SequenceMatcher(None, middle, new_middle, autojunk=False)
    return [(head + a, head + b, head + c, head + d) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def equal_start(first: Sequence[str], second: Sequence[str]) -> int:
    """How many lines, or characters, both begin with."""
    same = (number for number, (one, other) in enumerate(zip(first, second, strict=False)) if one != other)
    return next(same, min(len(first), len(second)))


def _new_ends(ends: Sequence[str], first: int, last: int, count: int) -> list[str]:
    """For `count` line ends in place of those from `first` to `last`: the same ones, then the nearest one above."""
    replaced = list(ends[first:last][:count])
    nearest = ends[min(max(last - 1, 0), len(ends) - 1)]
    return replaced + [nearest] * (count - len(replaced))
