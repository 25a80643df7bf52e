"""The path guard: what a path really is, and what kind of place that is. Every decision about a path goes by it.

Used by `judge.py`, for tools and for what shell commands touch alike. It follows links and opens nothing
but the project's `.git` file.
"""

import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import msgspec

from sessiond.config.paths import config_directory, config_file, data_directory
from sessiond.permission.file_kinds import (
    OBEYED_AT_HOME,
    OBEYED_FOLDERS,
    SECRET_AT_HOME,
    SECRET_FOLDERS,
    SECRET_PATHS,
    is_obeyed,
    is_secret,
)

GIT_FILE_BYTES = 4096
_SEPARATOR = re.compile(r"[/\\]")
_SECRET_PATHS = tuple(f"/{path}" for path in SECRET_PATHS)
_SURROGATE = re.compile("[\ud800-\udfff]")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One path, all links followed."""

    path: Path
    name: str
    """As people read it and rules match it: from the project's root where it is inside."""
    inside: bool
    secret: bool
    """It may hold secrets, by its name: asked for even to read."""
    protected: str | None
    """Why changing it always asks; None: it does not."""

    @property
    def names(self) -> tuple[str, ...]:
        """What rules may call it."""
        return (self.name, printable(self.path.as_posix())) if self.inside else (self.name,)


class PathGuard:
    """Knows the places of one project."""

    def __init__(self, root: str, own: Iterable[Path] | None = None) -> None:
        """`own`: files and directories of sessiond itself, by default those of this process."""
        self.root = real(Path(root))
        self._home = str(real(Path.home()))
        given = (config_file(), config_directory(), data_directory()) if own is None else own
        self._own = tuple(str(kept) for kept in map(real, given) if not self.root.is_relative_to(kept))
        self._git = tuple(map(str, git_directories(self.root)))
        self._obeyed_at_home = tuple(
            place for place in OBEYED_AT_HOME if not self.root.is_relative_to(Path(self._home) / place)
        )

    def place(self, path: Path) -> Place:
        """Raises ValueError for what can be no path."""
        path = real(path)
        inside = path.is_relative_to(self.root)
        name = path.relative_to(self.root).as_posix() if inside else path.as_posix()
        folded = [fold(part) for part in _SEPARATOR.split(name)]
        return Place(
            path=path,
            name=printable(name),
            inside=inside,
            secret=self._is_secret(path, folded),
            protected=self._protected(path, folded),
        )

    def holds_protected(self, path: Path) -> bool:
        """Whether deleting or moving a directory would take the whole project, or sessiond's own files, along."""
        return any(_within(kept, (str(real(path)),)) for kept in (str(self.root), *self._own))

    def may_be_secret(self, path: Path) -> bool:
        """By its name and those of the folders it is in; no link is followed, so that it may be asked of many."""
        return self._is_secret(path, [fold(part) for part in path.parts])

    def _is_secret(self, path: Path, folded: list[str]) -> bool:
        return (
            is_secret(folded[-1])
            or not SECRET_FOLDERS.isdisjoint(folded)
            or f"/{'/'.join(folded[-3:])}".endswith(_SECRET_PATHS)
            or self._at_home(path, SECRET_AT_HOME)
            or (path.parts[:2] == ("/", "proc") and path.name == "environ")
        )

    def _protected(self, path: Path, folded: list[str]) -> str | None:
        text = str(path)
        if _within(text, self._own):
            return "it belongs to sessiond itself"
        if _within(text, self._git):
            return "it belongs to git"
        if folder := next((part for part in folded if part in OBEYED_FOLDERS), None):
            return f"what is in `{folder}` is run or obeyed by other programs"
        if is_obeyed(folded[-1]) or path.name == "HEAD" or self._at_home(path, self._obeyed_at_home):
            return "other programs run or obey it by themselves"
        return None

    def _at_home(self, path: Path, places: tuple[str, ...]) -> bool:
        if not _within(text := str(path), (self._home,)):
            return False
        return _within(fold(text.removeprefix(self._home).lstrip("/")), places)


def _within(path: str, directories: Iterable[str]) -> bool:
    """Whether it is one of them or lies in one; by text, for this is asked of every path of every command."""
    return any(path == kept or path.startswith(kept.rstrip("/") + "/") for kept in directories)


def real(path: Path) -> Path:
    """All links and `..` followed, as far as the path exists. Raises ValueError for what can be no path."""
    return Path(os.path.realpath(path))


def printable(name: str) -> str:
    """A name with U+FFFD for each byte that is no UTF-8."""
    return _SURROGATE.sub("\ufffd", name)


def fold(part: str) -> str:
    """A name as file systems may take it that do not tell case, or ignore what is at its end.

    NTFS ignores dots and blanks at the end and opens `.git::$INDEX_ALLOCATION` as `.git`; HFS+ leaves
    out invisible characters (git's `is_ntfs_dotgit` and `is_hfs_dotgit`).
    """
    if not part.isascii():
        composed = unicodedata.normalize("NFKC", part)
        part = "".join(character for character in composed if unicodedata.category(character) != "Cf")
    stem = part.split(":", 1)[0] if part.startswith(".") else part
    stem = ".git" if stem.lower() == "git~1" else stem
    return (stem.rstrip(". ") or part).casefold()


def git_directories(root: Path) -> tuple[Path, ...]:
    """Where git keeps the project: a worktree's or a submodule's `.git` is a file that names the place."""
    file = root / ".git"
    places = [real(file)]
    if pointed := _pointer(file, "gitdir:"):
        places.append(real(root / pointed))
    if common := _pointer(places[-1] / "commondir", ""):
        places.append(real(places[-1] / common))
    return tuple(places)


def git_look_alike(places: Iterable[Path], root: Path) -> Path | None:
    """The first directory, from each of these up to a repository or the root, that git may take for its own: a file
    `HEAD` lies in it (gitrepository-layout(5))."""
    for place in places:
        for directory in (place, *place.parents):
            if os.path.lexists(directory / ".git"):
                break
            if os.path.lexists(directory / "HEAD"):
                return directory
            if directory == root:
                break
    return None


def _pointer(file: Path, prefix: str) -> str | None:
    try:
        if not file.is_file():
            return None
        with file.open("rb") as stream:
            text = os.fsdecode(stream.read(GIT_FILE_BYTES)).strip()
    except OSError:
        return None
    return text.removeprefix(prefix).strip() if text.startswith(prefix) and text.strip() else None
