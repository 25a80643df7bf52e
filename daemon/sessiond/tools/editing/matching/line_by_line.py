"""Whole lines that are the same but for blanks in or around them: what all tolerant ways by lines share."""

from collections.abc import Callable, Sequence
from itertools import islice

from sessiond.tools.editing.matching.found import MOST_PLACES, Found, Text, Wanted, between, lines_of
from sessiond.tools.files.splices import equal_start

Same = Callable[[str, str], bool]
"""Whether a line of the file is the wanted one. Lines that differ in more than blanks never are."""
Fit = Callable[[Sequence[str], Sequence[str], Sequence[str], Text, int], "list[str] | str"]
"""`fit(there, old, new, text, index)`: the new lines as they fit the place, or why that is not certain."""

ONE_ENDED = "oldString ends with a line end and newString does not, so it is not clear where the next line begins"


def windows(text: Text, wanted: Wanted, same: Same, fit: Fit) -> list[Found]:
    """Places of as many lines that are the same. They are looked for where the rarest of them stands."""
    old = lines_of(wanted.old)
    rarest = min(
        (n for n, line in enumerate(old) if line.strip()), key=lambda n: len(text.places(old[n])), default=None
    )
    if rarest is None:
        return []
    starts = (index - rarest for index in text.places(old[rarest]))
    matching = (
        start
        for start in starts
        if start >= 0 and start + len(old) <= len(text.lines)
        if all(same(line, other) for line, other in zip(text.lines[start : start + len(old)], old, strict=True))
    )
    return [found(text, start, wanted, fit) for start in islice(matching, MOST_PLACES)]


def found(text: Text, index: int, wanted: Wanted, fit: Fit) -> Found:
    """The lines from `index` on with the new ones fitted in. Lines that old and new begin or end with stay."""
    old = lines_of(wanted.old)
    start = text.starts[index]
    end = start + len("\n".join(text.lines[index : index + len(old)]))
    if wanted.old.endswith("\n") and wanted.new and not wanted.new.endswith("\n"):
        return Found(start, end, doubt=ONE_ENDED)
    new = _new_lines(wanted)
    fitted = fit(text.lines[index : index + len(old)], old, new, text, index)
    if isinstance(fitted, str):
        return Found(start, end, doubt=fitted)
    head = equal_start(old, new)
    tail = equal_start(old[head:][::-1], new[head:][::-1])
    kept = fitted[head : len(new) - tail]
    return Found(start, end, between(text, index + head, index + len(old) - tail, kept))


def _new_lines(wanted: Wanted) -> list[str]:
    """A line end behind the last new line is that of the old one; without one there, it makes an empty line."""
    if not wanted.new:
        return []
    return lines_of(wanted.new) if wanted.old.endswith("\n") else wanted.new.split("\n")
