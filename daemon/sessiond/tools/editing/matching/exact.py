"""The text as it stands. Each place counts, also those that overlap: two ways to read are one too many."""

from collections.abc import Iterator
from itertools import islice

from sessiond.tools.editing.matching.found import MOST_PLACES, Found, Text, Wanted
from sessiond.tools.files.splices import Splice


def exact(text: Text, wanted: Wanted) -> list[Found]:
    places = islice(_places(text.text, wanted.old, step=1), MOST_PLACES)
    return [_found(text.text, start, wanted) for start in places]


def every(text: Text, wanted: Wanted) -> list[Found]:
    """For `replaceAll`: places that do not overlap."""
    return [_found(text.text, start, wanted) for start in _places(text.text, wanted.old, step=len(wanted.old))]


def _places(text: str, old: str, step: int) -> Iterator[int]:
    start = text.find(old)
    while start >= 0:
        yield start
        start = text.find(old, start + step)


def _found(text: str, start: int, wanted: Wanted) -> Found:
    end = start + len(wanted.old)
    return Found(start, end, Splice(start, end + _line_end_too(text, start, end, wanted), wanted.new))


def _line_end_too(text: str, start: int, end: int, wanted: Wanted) -> int:
    """Lines that are deleted go with their end; a blank line in their place is what nobody asks for."""
    whole_lines = (start == 0 or text[start - 1] == "\n") and text[end : end + 1] == "\n"
    return int(not wanted.new and whole_lines and not wanted.old.startswith("\n") and not wanted.old.endswith("\n"))
