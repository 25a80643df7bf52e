"""Says why nothing was replaced so that a model can send a better call: what is there, and in which lines."""

import time
from collections import Counter
from collections.abc import Sequence

from sessiond.tools.editing.matching.found import Found, Text, Wanted, lines_of
from sessiond.tools.paths import printable

MAX_PLACES = 20
MAX_SHOWN_LINES = 30
MAX_SHOWN_CHARACTERS = 500
MIN_LIKENESS = 60
"""Of 100, as rapidfuzz counts: with less, lines have little in common."""
SEARCH_SECONDS = 0.5
SEARCHED_LINES = 20_000
"""Looked at between two glances at the clock."""


def ambiguous(text: Text, places: Sequence[Found], overlooks: str) -> str:
    lines = [str(text.line_at(place.start)) for place in places[:MAX_PLACES]]
    more = f" and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
    if overlooks:
        return (
            f"oldString does not stand in the file exactly. But for {overlooks} it stands there {len(places)} times, "
            f"in lines {', '.join(lines)}{more}. Send the lines exactly as they are, with more lines around them."
        )
    return (
        f"oldString stands in the file {len(places)} times, in lines {', '.join(lines)}{more}. Add lines around it so "
        "that it names one place, or set replaceAll to change all of them."
    )


def doubtful(text: Text, place: Found) -> str:
    first, last = text.line_at(place.start), text.line_at(max(place.end - 1, place.start))
    return (
        f"oldString does not stand in the file exactly: {place.doubt}. Nothing was changed. This is there; send "
        f"oldString exactly as it stands:\n{numbered(text.lines, first - 1, last)}"
    )


def not_found(text: Text, wanted: Wanted) -> str:
    said = "oldString does not stand in the file."
    if not text.text:
        return f"{said} The file is empty."
    old = lines_of(wanted.old)
    start = _most_equal_lines(text, old)
    start = _most_alike(text, old) if start is None else start
    if start is None:
        return f"{said} Nothing like it does. Read the file and send oldString exactly as it stands there."
    shown = numbered(text.lines, start, min(start + len(old), len(text.lines)))
    hint = " It has bytes that are no text, which cannot be named in oldString." if printable(shown) != shown else ""
    return f"{said} The nearest lines are:\n{printable(shown)}\nSend oldString exactly as it stands there.{hint}"


def numbered(lines: Sequence[str], start: int, end: int) -> str:
    """Lines from index `start` to `end` (not included) with their numbers, as `read` shows them, within limits."""
    shown = [f"{number + 1:6}\t{_cut(lines[number])}" for number in range(start, min(end, start + MAX_SHOWN_LINES))]
    left_out = end - start - len(shown)
    return "\n".join([*shown, f"(… {left_out} more lines)"] if left_out > 0 else shown)


def _cut(line: str) -> str:
    if len(line) <= MAX_SHOWN_CHARACTERS:
        return line
    return f"{line[:MAX_SHOWN_CHARACTERS]} (… {len(line) - MAX_SHOWN_CHARACTERS} more characters)"


def _most_equal_lines(text: Text, old: Sequence[str]) -> int | None:
    """The index at which most of the wanted lines would stand, but for blanks around them."""
    offsets: dict[str, int] = {line.strip(): offset for offset, line in enumerate(old) if len(line.strip()) > 3}
    votes: Counter[int] = Counter()
    for index, line in enumerate(text.lines):
        offset = offsets.get(line.strip())
        if offset is not None and index >= offset:
            votes[index - offset] += 1
    return votes.most_common(1)[0][0] if votes else None


def _most_alike(text: Text, old: Sequence[str]) -> int | None:
    """The index at which the longest wanted line has the line most like it; what time allows is looked at."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - heavy, and needed on a miss only

    longest = max(range(len(old)), key=lambda number: len(old[number]), default=0)
    if not old or not old[longest].strip():
        return None
    best, best_score = None, float(MIN_LIKENESS)
    deadline = time.monotonic() + SEARCH_SECONDS
    for start in range(0, len(text.lines), SEARCHED_LINES):
        lines = [line.strip()[:MAX_SHOWN_CHARACTERS] for line in text.lines[start : start + SEARCHED_LINES]]
        wanted = old[longest].strip()[:MAX_SHOWN_CHARACTERS]
        found = process.extractOne(wanted, lines, scorer=fuzz.ratio, score_cutoff=best_score)
        if found and (best is None or found[1] > best_score):
            best, best_score = start + found[2], found[1]
        if time.monotonic() > deadline:
            break
    return None if best is None else max(best - longest, 0)
