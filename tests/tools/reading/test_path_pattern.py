"""Patterns of paths: the laws they keep, beside the globs of ripgrep itself."""

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.search.path_pattern import PathPattern
from sessiond.tools.reading.search.ripgrep import program

NAMES = st.text("ab.", min_size=1, max_size=3).filter(lambda name: not name.endswith("."))
"""ripgrep's own globs pass over names that end with a dot."""
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
PARTS = st.sampled_from(["a", "b", ".a", "b.", "*", "?", "[ab]", "[!a]", "{a,b}", "{a,*.b}", "{a,b{a,.b}}"])
SEGMENTS = st.one_of(st.just("**"), st.lists(PARTS, min_size=1, max_size=3).map("".join)).filter(
    lambda name: name == "**" or "**" not in name
)
PATTERNS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)


@settings(deadline=None, max_examples=60)
@given(pattern=PATTERNS, paths=st.sets(PATHS, min_size=1, max_size=20))
def test_without_ignore_files_a_pattern_fits_what_ripgrep_s_own_glob_finds(pattern: str, paths: set[str]) -> None:
    assume(pattern.count("{") < 6)  # more has too many alternatives
    with tempfile.TemporaryDirectory() as directory:
        for path in paths:
            try:
                (Path(directory) / path).parent.mkdir(parents=True, exist_ok=True)
                (Path(directory) / path).touch()
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                continue
        files = {str(file.relative_to(directory)) for file in Path(directory).rglob("*") if file.is_file()}
        command = [program(None), "--no-config", "--files", "--hidden", "--no-ignore", f"--glob={pattern}"]
        found = subprocess.run(check=False, args=command, cwd=directory, capture_output=True, text=True).stdout.split()
        prefiltered = [program(None), "--no-config", "--files", "--hidden", *PathPattern(pattern).prefilter()]
        passed = subprocess.run(
            check=False, args=prefiltered, cwd=directory, capture_output=True, text=True
        ).stdout.split()
    fitting = {file for file in files if PathPattern(pattern).fits(file)}
    assert fitting == set(found)
    assert fitting <= set(passed)


@given(pattern=st.text(max_size=200), path=st.text(max_size=50))
def test_any_pattern_is_taken_or_refused(pattern: str, path: str) -> None:
    try:
        PathPattern(pattern).fits(path)
    except ToolFailed as refusal:
        assert "alternatives" in str(refusal)


@given(name=st.text("ab*?[]{}\\,!-^", min_size=1, max_size=12))
def test_an_escaped_name_fits_itself_alone(name: str) -> None:
    escaped = PathPattern("".join(f"\\{character}" for character in name))
    assert escaped.fits(name)
    assert not escaped.fits(name + "x")


@pytest.mark.timeout(10)
def test_no_pattern_takes_long() -> None:
    assert not PathPattern("*a" * 400 + "b").fits("a" * 4000)
    assert not PathPattern("**/a/" * 100 + "b").fits("a/" * 500 + "c")
    with pytest.raises(ToolFailed, match="more than 200 alternatives"):
        PathPattern("{a,b}" * 100)
