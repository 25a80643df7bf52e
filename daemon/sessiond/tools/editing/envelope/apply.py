"""What the hunks of one file make of its text. Pure; called by `patch.py` for each file."""

from collections.abc import Sequence

from sessiond.tools.editing.envelope.lines import Lines
from sessiond.tools.editing.envelope.placing import Placed, placed
from sessiond.tools.editing.envelope.sections import Hunk


def apply(text: str, hunks: Sequence[Hunk]) -> str:
    """The new text. `\\n` ends a line; whether the last line has one stays as it was.

    New lines are taken literally, lines that stay are kept as the text has them. Raises ToolFailed.
    """
    lines = Lines(text)
    result: list[str] = []
    position = 0
    for place in placed(lines, hunks):
        first, last = place.changed
        result += lines.all[position:first] + _replacement(lines, place)
        position = last
    result += lines.all[position:]
    return "\n".join(result) + ("\n" if lines.ends_with_newline and result else "")


def _replacement(lines: Lines, place: Placed) -> list[str]:
    """What stands in place of the lines that a hunk changes."""
    first, last = place.changed
    new: list[str] = []
    position = place.start
    for line in place.hunk.lines:
        if line.mark == "+":
            new.append(line.text)
            continue
        if line.mark == " " and first <= position < last:
            new.append(lines.all[position])
        position += 1
    return new
