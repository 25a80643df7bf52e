"""The benchmarks can be run by anyone: the whole way, on the shortest measures. Figures are not judged here."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_measure_prints_its_figures_as_a_table() -> None:
    command = [sys.executable, "-m", "bench", "first-token", "abort", "tool-round"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)

    assert "Traceback" not in ran.stderr, ran.stderr
    rows = [line.split("|") for line in ran.stdout.splitlines()]
    assert [row[1].strip() for row in rows[2:]] == [
        "added before the first token",
        "the same, best of forty",
        "one sync to this disk",
        "abort until the turn has ended",
        "tool round, `read` of 3 lines",
    ]


def test_an_unknown_measure_is_refused_with_those_there_are() -> None:
    command = [sys.executable, "-m", "bench", "everything"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert (ran.returncode, "there is no measure everything" in ran.stderr) == (2, True)
