"""Which files the paths in a shell command stand for. Used by `judge.py`.

Where it is not certain, all the files it can be: the strictest answer over them counts.
"""

import fnmatch
import glob
import os
import re
from itertools import islice
from pathlib import Path

from sessiond.permission.paths import real
from sessiond.permission.processes import leads_through_a_process

MOST_MATCHES = 200
"""Files that a wildcard may stand for before nobody looks at each of them any more."""
MOST_DIRECTORIES = 64
HARMLESS = frozenset({"/dev/null", "/dev/zero", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/tty"})
DESCRIPTOR = re.compile(r"/dev/fd/\d+")
WILDCARD = re.compile(r"[*?\[]")


class Unknown(ValueError):
    """It cannot be said which files are meant; the text says why, for a person."""


def directories(start: str, entered: tuple[str, ...] | None) -> list[Path] | None:
    """Where a command may run after these `cd`s, which have all succeeded; None: not known.

    Shells take `..` back the way they came, the system takes it from where a link leads: both count.
    """
    if entered is None:
        return None
    here = [Path(start)]
    for step in entered:
        try:
            here = [way for place in here for base, rest in _meant(step, place) for way in _both_ways(base / rest)]
        except ValueError:
            return None
        here = list(dict.fromkeys(here))
        if len(here) > MOST_DIRECTORIES:
            return None
    return here


def files(text: str, where: list[Path] | None) -> list[Path]:
    """The files that a word can stand for; none for the likes of /dev/null. Raises Unknown."""
    if text in HARMLESS or DESCRIPTOR.fullmatch(text):
        return []
    if where is None and not text.startswith(("/", "~/")):
        raise Unknown(f"It is not known in which directory `{text[:60]}` is.")
    meant = [choice for place in (where or [Path("/")]) for choice in _meant(text, place)]
    try:
        return list(dict.fromkeys(file for base, rest in meant for file in _matching(base, rest)))
    except Unknown:
        raise
    except (ValueError, OSError):
        raise Unknown(f"{text[:60]!r} can be no path.") from None


def _meant(text: str, place: Path) -> list[tuple[Path, str]]:
    """`$HOME/x` may have been quoted, and is then a strange name like any other."""
    if text == "~" or text.startswith("~/"):
        return [(Path.home(), text[2:] or ".")]
    if text == "$HOME" or text.startswith("$HOME/"):
        return [(place, text), (Path.home(), text[6:] or ".")]
    return [(place, text)]


def _both_ways(path: Path) -> list[Path]:
    return [_certain(path), _certain(Path(os.path.normpath(path)))]


def _certain(path: Path) -> Path:
    """Links followed. Raises Unknown where the shell would get elsewhere by the same way."""
    if leads_through_a_process(path):
        raise Unknown(f"`{str(path)[:60]}` is another file for each process.")
    return real(path)


def _matching(base: Path, text: str) -> list[Path]:
    """The path as it is written, for it may have been quoted, and what it matches as a pattern on the disk."""
    if not WILDCARD.search(text):
        return [_certain(base / text)]
    wider = re.sub(r"\[[^/]*\]", "*", text).replace("**", "*")  # more than the brackets mean, and never less
    if any(fnmatch.fnmatchcase("..", part) for part in wider.split("/") if WILDCARD.search(part)):
        raise Unknown(f"`{text[:60]}` may lead out of its directory.")
    found = _on_the_disk(wider, base)
    for folder in Path(wider).parents:  # what lies behind a process is not there for the daemon
        for way in _on_the_disk(str(folder), base) if WILDCARD.search(str(folder)) else ():
            _certain(base / way)
    return [_certain(base / file) for file in (text, *found)]


def _on_the_disk(pattern: str, base: Path) -> list[str]:
    found = list(islice(glob.iglob(pattern, root_dir=base), MOST_MATCHES + 1))
    if len(found) > MOST_MATCHES:
        raise Unknown(f"`{pattern[:60]}` stands for more than {MOST_MATCHES} files.")
    return found
