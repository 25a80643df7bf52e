"""Which paths a command would read and write, by its words. The rows are in `tables/paths.py`."""

import re
from collections.abc import Callable

from sessiond.permission.shell.commands.git import of_git
from sessiond.permission.shell.commands.operands import HERE, Touched, operands_of, part_of
from sessiond.permission.shell.commands.own_ways import of_curl, of_dd, of_find, of_flock, of_tar, of_wget
from sessiond.permission.shell.commands.sed import of_sed
from sessiond.permission.shell.commands.tables.paths import PATHS, Row
from sessiond.permission.shell.commands.wrappers import base_name
from sessiond.permission.shell.words import Word

READS_HERE = frozenset({"ls", "tree", "rg", "find", "du", "ag", "cd", "grep", "egrep", "fgrep"})
"""Without an operand they read the directory they are in, or may do so."""

INSTALLS_DIRECTORIES = re.compile(r"-[A-Za-z]*d.*|--directory", re.DOTALL)

SPECIAL: dict[str, Callable[[tuple[Word, ...]], Touched]] = {
    "sed": of_sed,
    "gsed": of_sed,
    "dd": of_dd,
    "find": of_find,
    "tar": of_tar,
    "git": of_git,
    "curl": of_curl,
    "wget": of_wget,
    "flock": of_flock,
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
    found.writes += found.targets
    if row.does == "reads":
        found.reads += operands
    elif row.does == "writes":
        found.writes += operands
    elif row.does in ("copies", "moves"):
        _copy(name, row, operands, found)
    if name == "install" and any(INSTALLS_DIRECTORIES.fullmatch(word.text) for word in words[1:]):
        found.writes += operands
    return found


def _copy(name: str, row: Row, operands: list[Word], found: Touched) -> None:
    """The last is a file, or the directory that gets the others under their own names: both may be written."""
    last = operands[-1:] if len(operands) > 1 and not found.targets else []
    sources = operands[: len(operands) - len(last)]
    if name in ("ln", "link") and not last and not found.targets:
        last = [HERE]
    (found.writes if row.does == "moves" else found.reads).extend(sources)
    found.writes += last
    for directory in [*found.targets, *last] if row.target else []:
        found.writes += [_under(directory, source) for source in sources]
        if any(word.pattern and _last_name(word).startswith((".", "[")) for word in sources):
            found.doubts.append(f"It is not known what `{name}` makes in `{directory.text[:60]}`.")


def _under(directory: Word, source: Word) -> Word:
    """What a file is called in a directory that gets it; of a pattern, what it matches there."""
    text = f"{directory.text.rstrip('/') or '/'}/{_last_name(source)}"
    return part_of(directory if source.known else source, text)


def _last_name(word: Word) -> str:
    return word.text.rstrip("/").rpartition("/")[2]
