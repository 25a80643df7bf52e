"""Text that differs in how many blanks stand between words; never in blanks inside of quotes, which are content."""

import re
from collections.abc import Sequence

from sessiond.tools.editing.matching.found import Found, Text, Wanted, lines_of
from sessiond.tools.editing.matching.indentation import fitted, indents
from sessiond.tools.editing.matching.line_by_line import windows
from sessiond.tools.files.splices import Splice

BLANKS = re.compile(r"[ \t]+")
QUOTES = "\"'`"
QUOTES_OVER_LINES = ('"""', "'''", '"', "`")
"""Not the apostrophe: prose is full of it, and in few languages it spans lines."""
WORD = re.compile(r"\w")
OPERATOR = re.compile(r"[-+*/%=<>!&|^~?:.@$#\\]")
DOUBT = "it has other blanks within quotes"


def blanks(text: Text, wanted: Wanted) -> list[Found]:
    """Whole lines, else a piece of one line."""
    return windows(text, wanted, lambda line, old: _folded(line) == _folded(old), _fitted) or _within_a_line(
        text, wanted
    )


def _folded(line: str) -> str:
    return BLANKS.sub(" ", line.strip())


def _fitted(there: Sequence[str], old: Sequence[str], new: Sequence[str], text: Text, index: int) -> list[str] | str:
    for number, (line, other) in enumerate(zip(there, old, strict=True), index):
        if _changes_quoted(line, other, text, text.starts[number]):
            return DOUBT
    return fitted(there, old, new, text, index) if indents(there) != indents(old) else list(new)


def _within_a_line(text: Text, wanted: Wanted) -> list[Found]:
    words = BLANKS.split(wanted.old.strip())
    if "\n" in wanted.old or len(words) < 2 or wanted.old != wanted.old.strip() or not lines_of(wanted.old):
        return []
    before, after = _like(words[0][0]), _like(words[-1][-1])
    pattern = re.compile(f"(?<!{before})" + r"[ \t]+".join(map(re.escape, words)) + f"(?!{after})")
    return [_piece(text, place, wanted) for place in pattern.finditer(text.text)]


def _like(edge: str) -> str:
    """What may not stand beside it: neither a word nor an operator is cut."""
    return next((kind.pattern for kind in (WORD, OPERATOR) if kind.match(edge)), r"[^\s\S]")


def _piece(text: Text, place: re.Match[str], wanted: Wanted) -> Found:
    line_start = text.text.rfind("\n", 0, place.start()) + 1
    before = text.text[line_start : place.start()]
    if _changes_quoted(before + place[0], before + wanted.old, text, line_start):
        return Found(place.start(), place.end(), doubt=DOUBT)
    return Found(place.start(), place.end(), Splice(place.start(), place.end(), wanted.new))


def _changes_quoted(line: str, other: str, text: Text, start: int) -> bool:
    """Whether blanks differ behind an odd number of quotes of any kind, in the line or above it.

    Apostrophes in prose err on the safe side. `start`: where the line begins in the text.
    """
    content, wanted = line.strip(), other.strip()
    if content == wanted:
        return False
    if any(text.text.count(quote, 0, start) % 2 for quote in QUOTES_OVER_LINES):
        return True
    return any(
        run[0] != other_run and any(content.count(quote, 0, run.start()) % 2 for quote in QUOTES)
        for run, other_run in zip(BLANKS.finditer(content), BLANKS.findall(wanted), strict=True)
    )
