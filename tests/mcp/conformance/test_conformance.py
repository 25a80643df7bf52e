"""The official conformance suite against our client; `docs/mcp-conformance.md` publishes what comes of it."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from support.mcp import real_servers
from support.tree import read

TESTS = Path(__file__).parents[2]
CLIENT = f"{sys.executable} -m support.mcp.conformance_client"
REVISIONS = ("2025-11-25", "2026-07-28")
"""Those that the suite can be told to speak; others are its own choice for a scenario."""
SECONDS = 60


class Row(NamedTuple):
    scenario: str
    revisions: str
    result: str

    @property
    def passes(self) -> bool:
        return self.result.startswith("passes")


PAGE = read("docs/mcp-conformance.md")
TABLE = [Row(*found) for found in re.findall(r"^\| `(\S+)` \| (.+) \| (.+) \|$", PAGE, re.MULTILINE)]
RUNS = [
    pytest.param(row, revision, id=f"{row.scenario} {revision}".strip())
    for row in TABLE
    for revision in [each for each in REVISIONS if each in row.revisions] or [""]
]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("row", "revision"), RUNS)
def test_the_suite_comes_to_the_published_result(row: Row, revision: str, tmp_path: Path) -> None:
    spoken = ["--spec-version", revision] if revision else []
    options = ["--scenario", row.scenario, "--command", CLIENT, "--timeout", str(SECONDS * 1000), *spoken]

    done = suite("client", *options, config=tmp_path / "config.toml")

    assert (done.returncode == 0, "SKIPPED:" in done.stdout) == (row.passes, False), done.stdout + done.stderr


def test_the_page_has_every_scenario_of_the_suite() -> None:
    listed = suite("list", "--client").stdout

    rows = [(row.scenario, row.revisions.replace(" ", "")) for row in TABLE]
    assert re.findall(r"^  - (\S+) \[(.+)\]$", listed, re.MULTILINE) == rows


def test_the_page_counts_right_and_says_why_what_does_not_apply_does_not() -> None:
    passing = sum(row.passes for row in TABLE)
    others = [row for row in TABLE if not row.passes]

    assert f"**{passing} of {len(TABLE)} scenarios pass; the other {len(others)} do not apply.**" in PAGE
    assert [row for row in others if not re.match(r"does not apply: .{20}", row.result)] == []


def suite(*arguments: str, config: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """`config`: the user's file; logins are kept beside it, and never in the keyring of who runs the tests."""
    environment = os.environ | {"PYTHONPATH": str(TESTS), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    environment |= {"SESSIOND_CONFIG": str(config)} if config else {}
    command = [*real_servers.conformance(), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=SECONDS + 30, check=False)
