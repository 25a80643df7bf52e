"""A block of which one line was not remembered to the letter, and is changed anyway.

The first and last lines must be there, nothing else may differ, no figure may differ, and the new text must not
keep the line as the model remembers it: then it does not matter what the model took it for.
"""

import re

from sessiond.tools.editing.matching.found import Found, Text, Wanted, lines_of
from sessiond.tools.editing.matching.line_by_line import found
from sessiond.tools.editing.matching.line_ends import as_sent

MIN_LINES = 4
MIN_LIKENESS = 90
"""Of 100, as rapidfuzz counts: one letter in ten."""
MAX_COMPARED_LINES = 5_000_000
"""A block that could begin at so many places is not looked for: nothing in it is rare."""
DOUBT = "one of its lines is different there, and newString keeps that line as it is in oldString"


def one_line_off(text: Text, wanted: Wanted) -> list[Found]:
    old = lines_of(wanted.old)
    if len(old) < MIN_LINES or not old[0].strip() or not old[-1].strip():
        return []
    starts = [index for index in text.places(old[0]) if text.lines[index] == old[0]]
    starts = [index for index in starts if text.lines[index + len(old) - 1 : index + len(old)] == old[-1:]]
    if len(starts) * len(old) > MAX_COMPARED_LINES:
        return []
    places: list[Found] = []
    for index in starts:
        there = text.lines[index : index + len(old)]
        differing = [(line, other) for line, other in zip(there, old, strict=True) if line != other]
        if len(differing) == 1 and _alike(*differing[0]):
            kept = differing[0][1].strip() in {line.strip() for line in lines_of(wanted.new)}
            place = found(text, index, wanted, as_sent)
            places.append(Found(place.start, place.end, doubt=DOUBT) if kept else place)
    return places


def _alike(line: str, other: str) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415 - heavy, and needed on a miss only

    same_figures = re.findall(r"\d+", line) == re.findall(r"\d+", other)
    return same_figures and fuzz.ratio(line.strip(), other.strip()) >= MIN_LIKENESS
