"""Decides where the hunks of one file go: in the one way in which all of them fit, or not at all.

Taking the first place that fits would change the wrong one of two equal pieces without a word.
"""

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from sessiond.tools.editing.envelope.candidates import Candidates, candidates
from sessiond.tools.editing.envelope.explain import ambiguous, not_found
from sessiond.tools.editing.envelope.lines import Lines
from sessiond.tools.editing.envelope.sections import Hunk
from sessiond.tools.failure import ToolFailed


class Placed(msgspec.Struct, frozen=True):
    hunk: Hunk
    start: int
    """The index of the line at which it begins."""

    @property
    def changed(self) -> tuple[int, int]:
        """The lines that go, as a half-open range; where nothing goes, the place of the first new line."""
        position, first, last = self.start, None, self.start
        for line in self.hunk.lines:
            first = position if first is None and line.mark != " " else first
            position += line.mark != "+"
            last = position if line.mark != " " else last
        return (last, last) if first is None else (first, last)


def placed(lines: Lines, hunks: Sequence[Hunk]) -> list[Placed]:
    """All hunks with their places, by place. Raises ToolFailed when one has none, or more than one is possible.

    A hunk of new lines only, without `@@ …`, goes to the end.
    """
    appended = [Placed(hunk, len(lines)) for hunk in hunks if not hunk.old and not hunk.headers]
    options = [candidates(lines, hunk) for hunk in hunks if hunk.old or hunk.headers]
    for option in options:
        if not option.starts:
            raise ToolFailed(not_found(lines, option.hunk))
    return _in_order(options) + appended


def _in_order(options: list[Candidates]) -> list[Placed]:
    first = _earliest(options)
    if first is None:
        return _each_in_its_only_place(options)
    for option, earliest, latest in zip(options, first, _latest(options), strict=True):
        if earliest != latest:
            raise ToolFailed(ambiguous(option.hunk, [start for start in option.starts if earliest <= start <= latest]))
    return [Placed(option.hunk, start) for option, start in zip(options, first, strict=True)]


def _earliest(options: list[Candidates]) -> list[int] | None:
    """The places of the hunks in their order, none overlapping, each as far up as it goes; None if they do not fit."""
    found: list[int] = []
    free_from = 0
    for option in options:
        start = next((start for start in option.starts if start >= free_from), None)
        if start is None:
            return None
        found.append(start)
        free_from = start + len(option.hunk.old)
    return found


def _latest(options: list[Candidates]) -> list[int]:
    """As `_earliest`, each as far down as it goes. There is exactly one way if both say the same."""
    found: list[int] = []
    free_to: int | None = None
    for option in reversed(options):
        length = len(option.hunk.old)
        start = [start for start in option.starts if free_to is None or start + length <= free_to][-1]
        found.append(start)
        free_to = start
    return found[::-1]


def _each_in_its_only_place(options: list[Candidates]) -> list[Placed]:
    """Hunks out of order, or that show the same context twice, are still certain if each has one place."""
    for option in options:
        if len(option.starts) > 1:
            raise ToolFailed(ambiguous(option.hunk, option.starts))
    found = sorted((Placed(option.hunk, option.starts[0]) for option in options), key=lambda each: each.changed)
    for upper, lower in pairwise(found):
        if upper.changed[1] > lower.changed[0] or upper.changed == lower.changed:
            raise ToolFailed(
                f"the hunks in lines {upper.hunk.number} and {lower.hunk.number} of the patch change the same lines."
            )
    return found
