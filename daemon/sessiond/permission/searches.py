"""Which files a command would touch by itself, in directories that it goes through. Used by `judge.py`.

`grep -r KEY .` names no `.env`, and shows what is in it all the same.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

from sessiond.permission.shell_paths import Unknown

MOST_ENTRIES = 50_000
"""Looked through in about 0.2 s; of more than that nobody knows what they hold."""
MOST_RULES = 100_000
"""Characters of one .gitignore."""
MOST_SHOWN = 300
"""Names, for each hidden file is compared with each."""
PASSED_OVER = frozenset({".git", "node_modules", "__pycache__", "venv", "site-packages"})
"""Left out where a search respects .gitignore; what is there is nobody's secret."""
RECURSIVE = re.compile(r"-[A-Za-z0-9]*[rR][A-Za-z0-9]*|--(recursive|dereference-recursive|directories=recurse)|recurse")
EVERYTHING = re.compile(
    r"-[A-Za-z0-9]*[u.][A-Za-z0-9.]*|--(hidden|unrestricted|no-ignore.*|type-add.*)"
    r"|-[A-Za-z0-9]*t=?(sh|all)|--type=(sh|all)"
)
"""Some of the types that ripgrep knows hold `.env`, and one may be made up."""
GLOB = re.compile(r"(--i?glob=|-[A-Za-z0-9]*g=?)(?P<glob>.+)", re.DOTALL)
GLOB_NEXT = re.compile(r"--i?glob|-[A-Za-z0-9]*g")
TYPE_NEXT = re.compile(r"--type|-[A-Za-z0-9]*t")
CHOICES = re.compile(r"\[[^\]]*\]|\{.*\}")
ONE_CHOICE = re.compile(r"([^{}]*)\{([^{}]*)\}([^{}]*)")
IGNORE_FILES = frozenset({".gitignore", ".ignore", ".rgignore", ".agignore", ".git/info/exclude"})
GREPS = frozenset({"grep", "egrep", "fgrep", "rgrep", "zgrep", "diff"})
RIPGREPS = frozenset({"rg", "ag", "ack"})
TAKING_ALONG = frozenset({"rm", "rmdir", "mv", "shred", "chmod", "chown", "chgrp", "rsync"})
COPYING = frozenset({"cp", "ln", "install"})
COPIES_MUCH = re.compile(r"-[A-Za-z]*[rRa][A-Za-z]*|--(recursive|archive|rec.*|arc.*)|[^-].*[*?\[].*", re.DOTALL)


def takes_along(words: Sequence[str]) -> bool:
    """Whether a command changes a whole directory with all that is in it, or fills it with what nobody has named."""
    program = _program(words)
    return (
        program in TAKING_ALONG
        or (program == "find" and "-delete" in words)
        or (program in COPYING and any(COPIES_MUCH.fullmatch(word) for word in words[1:]))
    )


def searches(words: Sequence[str]) -> bool:
    """Whether a command reads whatever lies in a directory it is given."""
    program = _program(words)
    recursive = program == "rgrep" or any(RECURSIVE.fullmatch(word) for word in words[1:])
    return program in RIPGREPS or (program in GREPS and recursive) or (program == "git" and "grep" in words[1:])


def searched(words: Sequence[str], directory: Path) -> Iterator[Path]:
    """The files it would read there, and links. Raises Unknown when there are too many."""
    sparing = _program(words) in RIPGREPS and not _everything(words)
    shown = _globs(words) + _readmitted(directory.parents) if sparing else []
    entries = 0
    for folder, folders, files in os.walk(directory):
        names = files
        if sparing:
            if ".git" in folders or not IGNORE_FILES.isdisjoint(files):
                shown = list({*shown, *_readmitted([Path(folder)])})
            if len(shown) > MOST_SHOWN:
                raise Unknown(f"{directory.name} has too many rules on what to ignore to follow them.")
            names = [name for name in files if not _is_hidden(name, shown)]
            folders[:] = [name for name in folders if name not in PASSED_OVER and not _is_hidden(name, shown)]
        elif _program(words) == "git":
            folders[:] = [name for name in folders if name != ".git"]
        entries += len(folders) + len(names)
        if entries > MOST_ENTRIES:
            raise Unknown(f"{directory.name} holds too many files to see whether one of them may hold secrets.")
        yield from (Path(folder, name) for name in names)
        yield from (path for path in (Path(folder, name) for name in folders) if path.is_symlink())


def _program(words: Sequence[str]) -> str:
    return words[0].rpartition("/")[2] if words else ""


def _everything(words: Sequence[str]) -> bool:
    """Whether hidden files are searched too."""
    chosen = any(TYPE_NEXT.fullmatch(word) and following in ("sh", "all") for word, following in pairwise(words))
    return chosen or any(EVERYTHING.fullmatch(word) for word in words[1:])


def _globs(words: Sequence[str]) -> list[str]:
    """What a search is told to look at comes before the rule that passes over hidden files."""
    glued = [match["glob"] for word in words[1:] if (match := GLOB.fullmatch(word))]
    given = [following for word, following in pairwise(words[1:]) if GLOB_NEXT.fullmatch(word)]
    return [part for glob in [*glued, *given] if not glob.startswith("!") for part in _parts(glob)]


def _readmitted(folders: Iterable[Path]) -> list[str]:
    """`!name` in an ignore file, which also brings hidden files back (ripgrep's guide, automatic filtering)."""
    found: list[str] = []
    for file in (folder / name for folder in folders for name in IGNORE_FILES):
        try:
            with file.open(encoding="utf-8", errors="replace") as stream:
                lines = stream.read(MOST_RULES).splitlines()
        except OSError:
            continue
        found += [part for line in lines if line.startswith("!") for part in _parts(line[1:].rstrip())]
    return found


def _parts(glob: str) -> list[str]:
    """The names in a pattern, each as wide as it can be meant."""
    choice = ONE_CHOICE.fullmatch(glob)
    globs = [f"{choice[1]}{each}{choice[3]}" for each in choice[2].split(",")] if choice else [glob]
    return [CHOICES.sub("*", part).casefold() for each in globs for part in each.split("/") if part]


def _is_hidden(name: str, shown: list[str]) -> bool:
    return name.startswith(".") and not any(fnmatchcase(name.casefold(), part) for part in shown)
