"""Says why a hunk has no place, so that a model can send a better one: what was expected, what stands there."""

from collections import Counter

from sessiond.tools.editing.envelope.lines import Lines
from sessiond.tools.editing.envelope.sections import Hunk

SHOWN_LINES = 8
SHOWN_CHARACTERS = 200
ALIKE = 60.0
"""How alike, of 100, a line must be to be named as the nearest."""


def ambiguous(hunk: Hunk, starts: list[int]) -> str:
    numbers = ", ".join(str(start + 1) for start in starts[:SHOWN_LINES])
    more = f" and {len(starts) - SHOWN_LINES} more" if len(starts) > SHOWN_LINES else ""
    return (
        f"the hunk in line {hunk.number} of the patch fits at several places: lines {numbers}{more} of the file. "
        "Add lines of context, or a line `@@ <the line of the class or function above>`, so that it fits at one only."
    )


def not_found(lines: Lines, hunk: Hunk) -> str:
    expected = "\n".join(line_shown(line) for line in hunk.old[:SHOWN_LINES])
    left_out = "\n…" if len(hunk.old) > SHOWN_LINES else ""
    below = f" below `@@ {line_shown(hunk.headers[-1])}`" if hunk.headers else ""
    return (
        f"the hunk in line {hunk.number} of the patch expects these lines{below}, which do not stand there:\n"
        f"{expected}{left_out}\n{_nearest(lines, hunk)}"
    )


def indented_otherwise(lines: Lines, hunk: Hunk, start: int) -> str:
    return (
        f"the hunk in line {hunk.number} of the patch fits only with another indentation, and how its new lines should "
        f"be indented is not certain. Send its lines exactly as they stand there:\n{_numbered(lines, hunk, start)}\n"
    )


def _nearest(lines: Lines, hunk: Hunk) -> str:
    start = _most_equal_lines(lines, hunk.old)
    if start is None:
        start = _most_alike(lines, hunk.old)
    if start is None:
        return "Nothing like it is there. Read the file and send the hunk with lines as they are."
    return f"The nearest lines of the file are:\n{_numbered(lines, hunk, start)}"


def _numbered(lines: Lines, hunk: Hunk, start: int) -> str:
    window = lines.all[start : start + min(len(hunk.old), SHOWN_LINES)]
    return "\n".join(f"{start + offset + 1}: {line_shown(line)}" for offset, line in enumerate(window))


def _most_equal_lines(lines: Lines, wanted: list[str]) -> int | None:
    """The index at which most of the wanted lines would stand, but for blanks."""
    offsets: dict[str, list[int]] = {}
    for offset, line in enumerate(wanted):
        if line.strip():
            offsets.setdefault(line.strip(), []).append(offset)
    votes = Counter(
        number - offset
        for number, line in enumerate(lines.all)
        for offset in offsets.get(line.strip(), ())[:SHOWN_LINES]
    )
    return max(votes.most_common(1)[0][0], 0) if votes else None


def _most_alike(lines: Lines, wanted: list[str]) -> int | None:
    """The line most like the longest of the wanted ones."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only here, and heavy

    longest = max(wanted, key=len, default="")[: 10 * SHOWN_CHARACTERS]
    choices = [line[: 10 * SHOWN_CHARACTERS] for line in lines.all]
    found = process.extractOne(longest, choices, scorer=fuzz.ratio, score_cutoff=ALIKE) if longest.strip() else None
    return None if found is None else max(found[2] - wanted.index(max(wanted, key=len)), 0)


def line_shown(line: str) -> str:
    return line if len(line) <= SHOWN_CHARACTERS else line[:SHOWN_CHARACTERS] + "…"
