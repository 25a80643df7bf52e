"""ruff and pyright find nothing; run as tests so that one command tells all."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.tree import ROOT


def complaints(*command: str) -> str:
    """What a checker beside this Python says; empty when it finds nothing."""
    program = Path(sys.executable).with_name(command[0])
    ran = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


def test_ruff_finds_nothing() -> None:
    assert complaints("ruff", "check", "--output-format", "concise") == ""


def test_every_file_is_formatted() -> None:
    assert complaints("ruff", "format", "--check") == ""


@pytest.mark.slow
@pytest.mark.timeout(320)
def test_pyright_finds_nothing() -> None:
    assert complaints("pyright") == ""
