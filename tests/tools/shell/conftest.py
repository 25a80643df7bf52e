"""A project directory, and commands in it, with and without the sandbox."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sessiond.tools.shell.bash import Bash
from sessiond.tools.shell.sandbox.bubblewrap import programs
from sessiond.tools.shell.sandbox.sandbox import Sandbox
from support.tools.processes import Marked


@pytest.fixture
def project(tmp_path: Path) -> Path:
    directory = tmp_path / "project"
    directory.mkdir()
    return directory


@pytest.fixture
def marked() -> Iterator[Marked]:
    marked = Marked()
    yield marked
    marked.end()


@pytest.fixture
def plain() -> Bash:
    return Bash(Sandbox("off"))


@pytest.fixture(scope="session")
def can_confine() -> str | None:
    """Why there can be no sandbox here, if so."""

    why = "bubblewrap is not installed"
    for program in programs(os.environ):
        try:
            done = subprocess.run(
                [program, "--ro-bind", "/", "/", "--unshare-all", "true"], capture_output=True, text=True, check=False
            )
        except OSError as error:
            why = str(error)
            continue
        if done.returncode == 0:
            return None
        why = done.stderr
    return why


@pytest.fixture
def confining(can_confine: str | None) -> Callable[..., Bash]:
    """Makes the tool with a sandbox that must work."""
    if can_confine is not None:
        pytest.skip(f"no sandbox can be made here: {can_confine}")
    return lambda **options: Bash(Sandbox("required" if not options.pop("auto", False) else "auto", **options))
