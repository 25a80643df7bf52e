"""Where a project's git keeps things: commits must work in the sandbox, but nothing that git would run later.

Config and hooks are what git runs. Used by `mounts.py`.
"""

import os
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import NamedTuple

RUN_BY_GIT = ("config", "config.worktree", "hooks", "commondir", "gitdir")
"""In a git directory; the last two say where another config is."""
REDIRECTING = ("config.worktree", "commondir")
"""Of these, what a repository does not have as a rule, and what must not come into being."""
MOST_SUBMODULES = 100


class GitPlaces(NamedTuple):
    writable: tuple[Path, ...] = ()
    """Each stands by itself, so that it cannot be renamed and made anew."""
    read_only: tuple[Path, ...] = ()
    absent: tuple[Path, ...] = ()
    """What is not there and must not be there after a command."""


def git_places(root: Path) -> GitPlaces:
    """Of a repository, or of a worktree whose repository lies elsewhere; links are not followed."""
    entry = root / ".git"
    if entry.is_symlink() or not entry.exists():
        return GitPlaces()
    if entry.is_dir():
        return _of_repository(entry)
    common, directory = _of_worktree(entry) or (None, None)
    if common is None or directory is None:
        return GitPlaces(read_only=(entry,))
    places = _of_repository(common)
    return GitPlaces((common, directory), (entry, *places.read_only, *_run_by_git(directory)), places.absent)


def _of_repository(directory: Path) -> GitPlaces:
    with suppress(OSError):  # an empty one can be mounted over
        (directory / "hooks").mkdir(exist_ok=True)
    missing = tuple(path for name in REDIRECTING if not (path := directory / name).exists())
    return GitPlaces((directory,), _run_by_git(directory), missing)


def _run_by_git(directory: Path) -> tuple[Path, ...]:
    places = [place / name for place in (directory, *_submodules(directory / "modules")) for name in RUN_BY_GIT]
    return tuple(path for path in places if path.exists() and not path.is_symlink())


def _submodules(modules: Path) -> list[Path]:
    """Their git directories; one may lie in another, and their names may have slashes."""
    directories: list[Path] = []
    for place, folders, files in islice(os.walk(modules), MOST_SUBMODULES * 10):
        if "HEAD" in files and "config" in files:
            directories.append(Path(place))
            folders[:] = [folder for folder in folders if folder == "modules"]
    return directories[:MOST_SUBMODULES]


def _of_worktree(entry: Path) -> tuple[Path, Path] | None:
    """The repository that knows this worktree, and its own part of it; what only the worktree says does not count."""
    try:
        named = entry.read_text().removeprefix("gitdir:").strip()
        directory = (entry.parent / named).resolve()
        known = Path((directory / "gitdir").read_text().strip()).resolve() == entry.resolve()
        common = (directory / (directory / "commondir").read_text().strip()).resolve()
    except (OSError, ValueError):
        return None
    return (common, directory) if known and directory.is_relative_to(common / "worktrees") else None
