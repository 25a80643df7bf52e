"""Lines that differ only in blanks at their ends, as editors strip them and models do not see them."""

from collections.abc import Sequence

from sessiond.tools.editing.matching.found import Found, Text, Wanted
from sessiond.tools.editing.matching.line_by_line import windows


def line_ends(text: Text, wanted: Wanted) -> list[Found]:
    return windows(text, wanted, lambda line, old: line.rstrip() == old.rstrip(), as_sent)


def as_sent(there: Sequence[str], old: Sequence[str], new: Sequence[str], text: Text, index: int) -> list[str]:
    return list(new)
