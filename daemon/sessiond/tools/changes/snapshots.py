"""What a command has changed in a project: its files are compared with what they were when it began.

One for each project; used by `watching.py`. A git repository of our own in the data directory is the memory; it may be
thrown away at any time. What git ignores, large files and links are left out, and so are directories that are none.
"""

import os
import stat
from pathlib import Path

import msgspec

from sessiond.tools.changes.git import IN_ONE_PACK, Git, GitFailed, joined

MOST_FILES = 20_000
LARGEST_FILE = 2 * 1024 * 1024
MOST_BYTES = 512 * 1024 * 1024
"""Of the files that are new to it."""
MANY = 200
MOST_CHANGED = 1_000
"""Files that one command may have changed."""


class Uncovered(Exception):
    """What commands change here cannot be known. The text says why, for people."""


class Difference(msgspec.Struct, frozen=True):
    path: Path
    before: bytes | None
    after: bytes | None


class Snapshot:
    """Blocks, and is used by one at a time. Raises Uncovered, and then always: what is wrong now stays wrong."""

    def __init__(self, root: Path, directory: Path, *, most_files: int = MOST_FILES) -> None:
        """`directory`: for its repository."""
        self._root = root
        self._directory = directory
        self._most_files = most_files
        self._git: Git | None = None
        self._why: str | None = None

    def take(self) -> None:
        """Remembers the files as they are."""
        try:
            self._take(self._opened())
        except (GitFailed, OSError) as error:
            raise self._uncovered(str(error)) from None

    def differences(self) -> list[Difference]:
        """What has changed since it was taken."""
        try:
            return self._differences(self._opened())
        except (GitFailed, OSError) as error:
            raise self._uncovered(str(error)) from None

    def _opened(self) -> Git:
        if self._why is not None:
            raise Uncovered(self._why)
        if self._git is None:
            home = Path.home().resolve()
            if self._root in (home, *home.parents):
                raise self._uncovered("the home directory, or one above it, is no project")
            self._git = Git(self._directory, self._root)
            self._leave_out_own_files()
        return self._git

    def _take(self, git: Git) -> None:
        changed = self._changed(git)
        kept = {path for path in changed if (size := self._size(path)) is not None and size <= LARGEST_FILE}
        if len(kept) > self._most_files or sum(self._size(path) or 0 for path in kept) > MOST_BYTES:
            raise self._uncovered(f"the project has more than {self._most_files} files or {MOST_BYTES >> 20} MB")
        if kept:
            how = IN_ONE_PACK if len(kept) > MANY else ()
            git.run(*how, "update-index", "-z", "--add", "--remove", "--replace", "--stdin", given=joined(kept))
        known = git.paths("ls-files", "--cached")
        if gone := (changed - kept) & known:
            git.run("update-index", "-z", "--force-remove", "--stdin", given=joined(gone))

    def _differences(self, git: Git) -> list[Difference]:
        changed = self._changed(git)
        if not changed:
            return []
        small = [path for path in sorted(changed) if (self._size(path) or 0) <= LARGEST_FILE]
        if len(small) > MOST_CHANGED:
            raise Uncovered(f"a command has changed more than {MOST_CHANGED} files")
        before = self._contents(git, set(small))
        found = [Difference(self._path(path), before.get(path), self._now(path)) for path in small]
        return [difference for difference in found if difference.before != difference.after]

    def _changed(self, git: Git) -> set[bytes]:
        return git.paths("ls-files", "--modified", "--others", "--exclude-standard")

    def _contents(self, git: Git, paths: set[bytes]) -> dict[bytes, bytes]:
        """What the files were."""
        names: dict[bytes, bytes] = {}
        for line in git.run("ls-files", "--stage", "-z").split(b"\0"):
            told, _, path = line.partition(b"\t")
            if path in paths:
                names[path] = told.split(b" ")[1]
        answer = git.run("cat-file", "--batch", given=b"".join(name + b"\n" for name in names.values()))
        contents: dict[bytes, bytes] = {}
        for path in names:
            head, _, answer = answer.partition(b"\n")
            size = int(head.rsplit(b" ", 1)[1])
            contents[path], answer = answer[:size], answer[size + 1 :]
        return contents

    def _path(self, path: bytes) -> Path:
        return self._root / os.fsdecode(path)

    def _size(self, path: bytes) -> int | None:
        """None for what is no plain file."""
        try:
            status = self._path(path).lstat()
        except OSError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def _now(self, path: bytes) -> bytes | None:
        return self._path(path).read_bytes() if self._size(path) is not None else None

    def _leave_out_own_files(self) -> None:
        """The data directory may lie in the project. A lock is one that a killed git has left: nobody else is here."""
        (self._directory / "index.lock").unlink(missing_ok=True)
        own = self._directory.parent.parent
        if own.is_relative_to(self._root) and own != self._root:
            (self._directory / "info" / "exclude").write_text(f"/{own.relative_to(self._root)}/\n")

    def _uncovered(self, why: str) -> Uncovered:
        self._why = why
        return Uncovered(why)
