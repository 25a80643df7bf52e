"""What has changed in a text, as the unified diff that clients show. Pure."""

from collections.abc import Iterator, Sequence

from sessiond.tools.files.splices import changed_lines, lines_of
from sessiond.tools.paths import printable

CONTEXT = 3
MAX_DIFF_LINES = 2000
MAX_DIFF_CHARACTERS = 100_000
"""Of one file's diff; it stands in the log and is sent to every client."""
NO_NEWLINE = "\n\\ No newline at end of file"

Range = tuple[int, int, int, int]


def unified_diff(name: str, before: str | None, after: str | None) -> str:
    """The diff of one file, cut with a note where it is long; None stands for no file. Empty for no change."""
    old, new = lines_of(before or ""), lines_of(after or "")
    lines = [line for hunk in _hunks(changed_lines(old, new)) for line in _hunk_lines(old, new, hunk)]
    if not lines and (before is None) == (after is None):
        return ""
    sides = ("/dev/null" if before is None else name, "/dev/null" if after is None else name)
    return printable(_bounded([f"--- {sides[0]}", f"+++ {sides[1]}", *lines]))


def _hunks(ranges: Sequence[Range]) -> list[list[Range]]:
    """Changes whose context would touch, together."""
    hunks: list[list[Range]] = []
    for change in ranges:
        if hunks and change[0] - hunks[-1][-1][1] <= 2 * CONTEXT:
            hunks[-1].append(change)
        else:
            hunks.append([change])
    return hunks


def _hunk_lines(old: Sequence[str], new: Sequence[str], hunk: list[Range]) -> Iterator[str]:
    above = min(CONTEXT, hunk[0][0])
    below = min(CONTEXT, len(old) - hunk[-1][1])
    start, end = hunk[0][0] - above, hunk[-1][1] + below
    new_start, new_end = hunk[0][2] - above, hunk[-1][3] + below
    yield f"@@ -{_span(start, end)} +{_span(new_start, new_end)} @@"
    for first, last, new_first, new_last in hunk:
        yield from _marked(" ", old[start:first])
        yield from _marked("-", old[first:last])
        yield from _marked("+", new[new_first:new_last])
        start = last
    yield from _marked(" ", old[start:end])


def _span(start: int, end: int) -> str:
    """A range as unified diffs write it: an empty one stands behind the line it names."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"


def _marked(mark: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield mark + (line[:-1] if line.endswith("\n") else line + NO_NEWLINE)


def _bounded(lines: list[str]) -> str:
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line) + 1
        if len(kept) == MAX_DIFF_LINES or size > MAX_DIFF_CHARACTERS:
            return "\n".join((*kept, f"(… {len(lines) - len(kept)} more lines)")) + "\n"
        kept.append(line)
    return "\n".join(kept) + "\n"
