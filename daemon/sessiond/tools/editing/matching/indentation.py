"""Lines that differ only in how they are indented. The new lines are indented as the file is, where that is certain.

Certain is what shows in the file: a whole block that stands deeper or less deep, inside something else; or another
width of a step, or tabs for spaces, shown by at least two levels. Where products disagree (some put the new lines
as they were sent), the model is asked to send the lines as they are.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import gcd

from sessiond.tools.editing.matching.found import Found, Text, Wanted
from sessiond.tools.editing.matching.line_by_line import windows

DOUBT = "it is indented in another way, and how newString should be indented is not certain"


def indentation(text: Text, wanted: Wanted) -> list[Found]:
    return windows(text, wanted, lambda line, old: line.strip() == old.strip(), fitted)


def fitted(there: Sequence[str], old: Sequence[str], new: Sequence[str], text: Text, index: int) -> list[str] | str:
    """The new lines in the indentation of the file, or a doubt."""
    file_levels, old_levels = indents(there), indents(old)
    if file_levels == old_levels:
        return list(new)
    deeper = _surplus(file_levels, old_levels)
    if deeper is not None:
        certain = _enclosed(text, index, file_levels) and _shallowest(new) == _shallowest(old)
        return [deeper + line if line.strip() else line for line in new] if certain or not new else DOUBT
    less = _surplus(old_levels, file_levels)
    if less is not None:
        certain = all(level.startswith(less) for level in indents(new))
        return [line.removeprefix(less) for line in new] if certain else DOUBT
    return _by_steps(file_levels, old_levels, new)


def indents(lines: Sequence[str]) -> list[str]:
    """The blanks before each line that has anything else."""
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


def _surplus(longer: Sequence[str], shorter: Sequence[str]) -> str | None:
    """What every line of the one has before the indentation of the other."""
    surplus = longer[0][: len(longer[0]) - len(shorter[0])]
    same = all(long == surplus + short for long, short in zip(longer, shorter, strict=True))
    return surplus if surplus and same else None


def _shallowest(lines: Sequence[str]) -> str:
    return min(indents(lines), key=len, default="")


def _enclosed(text: Text, index: int, levels: Sequence[str]) -> bool:
    """Whether something less indented stands above, so that the block is where it belongs."""
    depth = min(map(len, levels))
    return any(len(level) < depth for level in indents(text.lines[:index]))


def _by_steps(file_levels: Sequence[str], old_levels: Sequence[str], new: Sequence[str]) -> list[str] | str:
    """Same levels in steps of another width. The new lines may be in the steps of either; only one must make sense."""
    file_step, old_step = _step(file_levels), _step(old_levels)
    if not file_step or not old_step:
        return DOUBT
    depths = _depths(file_levels, file_step)
    if depths is None or depths != _depths(old_levels, old_step) or len(set(depths)) < 2:
        return DOUBT
    levels = indents(new)
    as_sent, converted = _sensible(_depths(levels, file_step)), _sensible(_depths(levels, old_step))
    if as_sent == converted:
        return list(new) if not any(levels) else DOUBT
    return list(new) if as_sent else [_converted(line, old_step, file_step) for line in new]


def _step(levels: Sequence[str]) -> str | None:
    """One level of indentation, when all are made of tabs only or of spaces only."""
    blanks = set("".join(levels))
    if blanks == {"\t"}:
        return "\t"
    return " " * gcd(*map(len, levels)) if blanks == {" "} else None


def _depths(levels: Sequence[str], step: str) -> list[int] | None:
    depths = [len(level) // len(step) for level in levels]
    return depths if all(step * depth == level for depth, level in zip(depths, levels, strict=True)) else None


def _sensible(depths: list[int] | None) -> bool:
    """Code goes in by one level at a time."""
    return depths is not None and all(after - before <= 1 for before, after in pairwise(depths))


def _converted(line: str, old_step: str, file_step: str) -> str:
    content = line.lstrip()
    return file_step * ((len(line) - len(content)) // len(old_step)) + content if content else line
