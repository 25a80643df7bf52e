"""Which paths a command would read and write, by its words. The rows are in `tables/paths.py`."""

from collections.abc import Callable

from sessiond.permission.shell.commands.operands import HERE, Touched, operands_of
from sessiond.permission.shell.commands.own_ways import of_dd, of_find, of_git, of_tar
from sessiond.permission.shell.commands.sed import of_sed
from sessiond.permission.shell.commands.tables.paths import PATHS, Row
from sessiond.permission.shell.commands.wrappers import base_name
from sessiond.permission.shell.words import Word

READS_HERE = frozenset({"ls", "tree", "rg", "find", "du", "ag", "cd"})
"""Without an operand they read the directory they are in."""

SPECIAL: dict[str, Callable[[tuple[Word, ...]], Touched]] = {
    "sed": of_sed,
    "gsed": of_sed,
    "dd": of_dd,
    "find": of_find,
    "tar": of_tar,
    "git": of_git,
}
"""Commands whose words do not follow the plan of options and operands."""


def touched(words: tuple[Word, ...]) -> Touched:
    """By the command's row; what has none touches nothing that is known."""
    name = base_name(words[0].text)
    if special := SPECIAL.get(name):
        return special(words)
    row = PATHS.get(name)
    return _by_row(name, row, words) if row else Touched()


def _by_row(name: str, row: Row, words: tuple[Word, ...]) -> Touched:
    found = Touched()
    operands = operands_of(row, words, found)
    if name in READS_HERE and not operands:
        found.reads.append(HERE)
    targets = [word for word in found.writes if row.target]
    if row.does == "reads":
        found.reads += operands
    elif row.does in ("writes", "moves"):
        found.writes += operands
    elif row.does == "copies":
        last = operands[-1:] if len(operands) > 1 and not targets else []
        found.reads += operands[: len(operands) - len(last)]
        found.writes += last
        if name in ("ln", "link") and not last and not targets and operands:
            found.writes.append(HERE)
    return found
