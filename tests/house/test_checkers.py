"""ruff and pyright find nothing; run as tests so that one command tells all."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.tree import ROOT


def assert_silent(*command: str) -> None:
    """Runs a checker that stands beside this Python, and fails with all that it says."""
    program = Path(sys.executable).with_name(command[0])
    ran = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_ruff_finds_nothing() -> None:
    assert_silent("ruff", "check", "--no-cache", "--output-format", "concise")


def test_every_file_is_formatted() -> None:
    assert_silent("ruff", "format", "--no-cache", "--check")


@pytest.mark.slow
@pytest.mark.timeout(320)
def test_pyright_finds_nothing() -> None:
    assert_silent("pyright")
