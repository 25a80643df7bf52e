"""Text that differs in how many blanks stand between words; never in blanks inside of quotes, which are content."""

import re
from collections.abc import Sequence

from sessiond.tools.editing.matching.found import Found, Text, Wanted, lines_of
from sessiond.tools.editing.matching.indentation import fitted, indents
from sessiond.tools.editing.matching.line_by_line import windows
from sessiond.tools.files.splices import Splice

BLANKS = re.compile(r"[ \t]+")
QUOTES = "\"'`"
DOUBT = "it has other blanks within quotes"


def blanks(text: Text, wanted: Wanted) -> list[Found]:
    """Whole lines, else a piece of one line."""
    return windows(text, wanted, lambda line, old: _folded(line) == _folded(old), _fitted) or _within_a_line(
        text, wanted
    )


def _folded(line: str) -> str:
    return BLANKS.sub(" ", line.strip())


def _fitted(there: Sequence[str], old: Sequence[str], new: Sequence[str], text: Text, index: int) -> list[str] | str:
    if any(_changes_quoted(line, other) for line, other in zip(there, old, strict=True)):
        return DOUBT
    return fitted(there, old, new, text, index) if indents(there) != indents(old) else list(new)


def _within_a_line(text: Text, wanted: Wanted) -> list[Found]:
    words = BLANKS.split(wanted.old.strip())
    if "\n" in wanted.old or len(words) < 2 or wanted.old != wanted.old.strip() or not lines_of(wanted.old):
        return []
    pattern = re.compile(_edge(words[0][0]) + r"[ \t]+".join(map(re.escape, words)) + _edge(words[-1][-1]))
    return [_piece(text, place, wanted) for place in pattern.finditer(text.text)]


def _edge(character: str) -> str:
    """A word is not cut."""
    return r"\b" if re.match(r"\w", character) else ""


def _piece(text: Text, place: re.Match[str], wanted: Wanted) -> Found:
    line_start = text.text.rfind("\n", 0, place.start()) + 1
    before = text.text[line_start : place.start()]
    if _changes_quoted(before + place[0], before + wanted.old):
        return Found(place.start(), place.end(), doubt=DOUBT)
    return Found(place.start(), place.end(), Splice(place.start(), place.end(), wanted.new))


def _changes_quoted(line: str, other: str) -> bool:
    """Whether blanks differ behind an odd number of quotes of any kind. Apostrophes in prose err on the safe side."""
    if line.strip() == other.strip():
        return False
    runs, other_runs = list(BLANKS.finditer(line.strip())), BLANKS.findall(other.strip())
    content = line.strip()
    return any(
        run[0] != other_run and any(content.count(quote, 0, run.start()) % 2 for quote in QUOTES)
        for run, other_run in zip(runs, other_runs, strict=True)
    )
