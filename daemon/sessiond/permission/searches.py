"""Which files a command would read by itself, in directories that it goes through. Used by `judge.py`.

`grep -r KEY .` names no `.env`, and shows what is in it all the same.
"""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from sessiond.permission.shell_paths import Unknown

MOST_ENTRIES = 50_000
"""Looked through in about 0.2 s; of more than that nobody knows what they hold."""
PASSED_OVER = frozenset({".git", "node_modules", "__pycache__", "venv", "site-packages"})
"""Left out where a search respects .gitignore; what is there is nobody's secret."""
RECURSIVE = re.compile(r"-[A-Za-z0-9]*[rR][A-Za-z0-9]*|--(recursive|dereference-recursive|directories=recurse)|recurse")
EVERYTHING = re.compile(r"-[A-Za-z0-9]*[u.][A-Za-z0-9.]*|--(hidden|unrestricted|no-ignore.*)")
GREPS = frozenset({"grep", "egrep", "fgrep", "rgrep", "zgrep", "diff"})
RIPGREPS = frozenset({"rg", "ag", "ack"})


def searches(words: Sequence[str]) -> bool:
    """Whether a command reads whatever lies in a directory it is given."""
    program = words[0].rpartition("/")[2] if words else ""
    recursive = program == "rgrep" or any(RECURSIVE.fullmatch(word) for word in words[1:])
    return program in RIPGREPS or (program in GREPS and recursive)


def searched(words: Sequence[str], directory: Path) -> Iterator[Path]:
    """The files it would read there, and links. Raises Unknown when there are too many."""
    sparing = words[0].rpartition("/")[2] in RIPGREPS and not any(EVERYTHING.fullmatch(word) for word in words[1:])
    entries = 0
    for folder, folders, names in os.walk(directory):
        files = [name for name in names if not (sparing and name.startswith("."))]
        if sparing:
            folders[:] = [name for name in folders if name not in PASSED_OVER and not name.startswith(".")]
        entries += len(folders) + len(files)
        if entries > MOST_ENTRIES:
            raise Unknown(f"{directory.name} holds too many files to see whether one of them may hold secrets.")
        yield from (Path(folder, name) for name in files)
        yield from (path for path in (Path(folder, name) for name in folders) if path.is_symlink())
