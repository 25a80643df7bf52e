"""Git on a repository of our own, whose work tree is a project: no setting of the user or of the project counts.

Used by `snapshots.py`. Blocks. The project's own `.git` is neither read nor written.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

PROGRAM = "git"
SECONDS = 10.0
"""That one run may take."""
SETTINGS = {
    "core.autocrlf": "false",
    "core.excludesFile": os.devnull,
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.looseCompression": "1",
    "core.symlinks": "true",
    "core.untrackedCache": "false",
    "gc.auto": "0",
}
EXACT_BYTES = "* -text -filter -ident -working-tree-encoding -eol\n"
"""Attributes of ours that go before those of the project: what is kept is what stands there."""


IN_ONE_PACK = ("-c", "core.bigFileThreshold=1")
"""For many new files: one file of ours instead of one for each of them."""


class GitFailed(Exception):
    """The text says why, for people."""


class Git:
    def __init__(self, directory: Path, work_tree: Path) -> None:
        """`directory`: of the repository, made if need be. Raises GitFailed where there is no git."""
        program = shutil.which(PROGRAM)
        if program is None:
            raise GitFailed("git is not installed")
        self._program = program
        self._directory = directory
        self._work_tree = work_tree
        self._environment = _environment(directory, work_tree)
        if not (directory / "HEAD").exists():
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.run("init", "--quiet", "--template=")
            (directory / "info").mkdir(exist_ok=True)
            (directory / "info" / "attributes").write_text(EXACT_BYTES)

    def run(self, *words: str, given: bytes = b"") -> bytes:
        """What it prints. Raises GitFailed."""
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(
                [self._program, *settings, *words],
                cwd=self._work_tree,
                env=self._environment,
                input=given,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise GitFailed(f"looking at the files took longer than {SECONDS:.0f} s") from None
        except OSError as error:
            raise GitFailed(f"git cannot be run: {error.strerror or error}") from None
        if done.returncode != 0:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise GitFailed(f"git failed: {said[-1] if said else done.returncode}")
        return done.stdout

    def paths(self, *words: str) -> set[bytes]:
        """The files that a run prints, relative to the work tree; directories are left out."""
        return {path for path in self.run(*words, "-z").split(b"\0") if path and not path.endswith(b"/")}


def joined(paths: Iterable[bytes]) -> bytes:
    return b"".join(path + b"\0" for path in sorted(paths))


def _environment(directory: Path, work_tree: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C",
        "GIT_DIR": str(directory),
        "GIT_WORK_TREE": str(work_tree),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **({"SYSTEMROOT": os.environ["SYSTEMROOT"]} if "SYSTEMROOT" in os.environ else {}),
    }
