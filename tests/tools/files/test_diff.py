"""The unified diff that clients show."""

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessiond.tools.files.diff import MAX_DIFF_LINES, unified_diff

LINES = st.lists(st.sampled_from(["a", "b", "c", "", "-", "+ x"]), min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        (None, "", "--- /dev/null\n+++ f\n"),
        ("", None, "--- f\n+++ /dev/null\n"),
        ("a\n", "a\n", ""),
        ("a", "a\n", "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        ("a\n\udcff\n", "b\n\udcff\n", "--- f\n+++ f\n@@ -1,2 +1,2 @@\n-a\n+b\n \ufffd\n"),
    ],
)
def test_edges(before: str | None, after: str | None, diff: str) -> None:
    assert unified_diff("f", before, after) == diff


def test_a_long_diff_is_cut_and_says_how_much_is_missing() -> None:
    diff = unified_diff("f", None, "x\n" * 5000)

    assert len(diff.split("\n")) == MAX_DIFF_LINES + 2
    assert diff.endswith("\n(… 3003 more lines)\n")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(LINES, LINES, st.booleans())
def test_git_makes_the_one_text_of_the_other_by_it(
    tmp_path: Path, old: list[str], new: list[str], final_end: bool
) -> None:
    before, after = "\n".join(old) + "\n", "\n".join(new) + ("\n" if final_end else "x")
    if before == after:
        return
    (tmp_path / "f").write_text(before, newline="")

    applied = subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "--unidiff-zero", "-p0", "-"],
        cwd=tmp_path,
        input=unified_diff("f", before, after).encode(),
        env=dict(os.environ) | {"GIT_CEILING_DIRECTORIES": str(tmp_path.parent)},
        capture_output=True,
        check=False,
    )

    assert (applied.returncode, applied.stderr) == (0, b"")
    assert (tmp_path / "f").read_text() == after
