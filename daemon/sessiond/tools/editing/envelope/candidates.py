"""Where one hunk could stand in a text: everywhere its lines are, but for what its `@@` lines rule out."""

import re

import msgspec

from sessiond.tools.editing.envelope.explain import line_shown
from sessiond.tools.editing.envelope.lines import FOLDS, Lines
from sessiond.tools.editing.envelope.sections import Hunk
from sessiond.tools.failure import ToolFailed


class Candidates(msgspec.Struct, frozen=True):
    """`hunk` as it was found, and the indexes at which it could begin, ascending."""

    hunk: Hunk
    starts: list[int]


def candidates(lines: Lines, hunk: Hunk) -> Candidates:
    """Under the strictest reading that finds it at all. Raises ToolFailed when an `@@` line is not there."""
    above = _headers(lines, hunk)
    for form in _forms(hunk):
        if above is not None and not form.old:
            return Candidates(form, sorted({header + 1 for header in above}))
        for starts in _matches(lines, form):
            allowed = starts if above is None else _below(above, starts)
            if allowed:
                return Candidates(form, allowed)
    return Candidates(hunk, [])


def _forms(hunk: Hunk) -> list[Hunk]:
    """As it stands, then without blank context at its end: models close a hunk with a blank line that is not there."""
    kept = list(hunk.lines)
    while kept and kept[-1].mark == " " and not kept[-1].text.strip():
        kept.pop()
    shorter = msgspec.structs.replace(hunk, lines=tuple(kept))
    return [hunk, shorter] if shorter.old and len(kept) < len(hunk.lines) else [hunk]


def _matches(lines: Lines, hunk: Hunk) -> list[list[int]]:
    anywhere = [lines.places(hunk.old, fold) for fold in FOLDS]
    return [lines.at_end(hunk.old, fold) for fold in FOLDS] + anywhere if hunk.at_end else anywhere


def _below(above: list[int], starts: list[int]) -> list[int]:
    """The nearest place below each header, and the header itself where the hunk shows it once more."""
    found: set[int] = {header for header in above if header in starts}
    for header in above:
        found.update([start for start in starts if start > header][:1])
    return sorted(found)


def _headers(lines: Lines, hunk: Hunk) -> list[int] | None:
    """Every line that the innermost `@@` may mean; None when there is no such line in the hunk."""
    reached: list[int] | None = None
    for header in hunk.headers:
        standing = _standing(lines, header)
        reached = standing if reached is None else _nearest_below(reached, standing)
        if not reached:
            raise ToolFailed(
                f"the hunk in line {hunk.number} of the patch looks below `@@ {line_shown(header)}`, but there is no "
                "such line" + (" there." if standing else ". After `@@` give a whole line of the file as it stands.")
            )
    return reached


def _standing(lines: Lines, header: str) -> list[int]:
    """The lines equal to a header; else those that begin with it, as `class A` for `class A(B):`."""
    for fold in FOLDS:
        if places := lines.places([header], fold):
            return places
    begins = re.compile(re.escape(header.strip()) + r"(?!\w)")
    return [number for number, line in enumerate(lines.all) if begins.match(line.strip())]


def _nearest_below(above: list[int], standing: list[int]) -> list[int]:
    nearest = (next((place for place in standing if place > start), None) for start in above)
    return sorted({place for place in nearest if place is not None})
