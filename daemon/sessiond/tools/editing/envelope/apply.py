"""What the hunks of one file make of its text. Pure; called by `patch.py` for each file."""

from collections.abc import Sequence

import msgspec

from sessiond.tools.editing.envelope.explain import indented_otherwise
from sessiond.tools.editing.envelope.indenting import indented, is_indented_otherwise
from sessiond.tools.editing.envelope.lines import Lines
from sessiond.tools.editing.envelope.placing import Placed, placed
from sessiond.tools.editing.envelope.sections import Hunk
from sessiond.tools.failure import ToolFailed


class Applied(msgspec.Struct, frozen=True):
    text: str
    reindented: list[int]
    """Hunks that stood there with other indentation, by their lines in the patch."""


def apply(text: str, hunks: Sequence[Hunk]) -> Applied:
    """The new text. `\n` ends a line; whether the last line has one stays as it was.

    New lines are taken literally but for the file's own indentation, lines that stay are kept as the text has them.
    Raises ToolFailed.
    """
    lines = Lines(text)
    result: list[str] = []
    reindented: list[int] = []
    position = 0
    for place in placed(lines, hunks):
        first, last = place.changed
        result += lines.all[position:first] + _replacement(lines, place)
        reindented += [place.hunk.number] if is_indented_otherwise(place.hunk, _there(lines, place)) else []
        position = last
    result += lines.all[position:]
    return Applied("\n".join(result) + ("\n" if lines.ends_with_newline and result else ""), reindented)


def _replacement(lines: Lines, place: Placed) -> list[str]:
    """What stands in place of the lines that a hunk changes."""
    added = indented(place.hunk, _there(lines, place))
    if added is None:
        raise ToolFailed(indented_otherwise(lines, place.hunk, place.start))
    new_lines = iter(added)
    first, last = place.changed
    new: list[str] = []
    position = place.start
    for line in place.hunk.lines:
        if line.mark == "+":
            new.append(next(new_lines))
            continue
        if line.mark == " " and first <= position < last:
            new.append(lines.all[position])
        position += 1
    return new


def _there(lines: Lines, place: Placed) -> list[str]:
    """The lines of the text that the hunk shows."""
    return lines.all[place.start : place.start + len(place.hunk.old)]
