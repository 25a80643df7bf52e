"""What a command has changed is found, with what stood there before, and the project's own git is left alone."""

import os
import subprocess
from pathlib import Path

import pytest

from sessiond.tools.changes import snapshots
from sessiond.tools.changes.snapshots import Difference, Snapshot, Uncovered


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    project.mkdir()
    (project / "a.txt").write_text("a\n")
    (project / "b.txt").write_bytes(b"b\r\n")
    (project / "sub").mkdir()
    (project / "sub" / "ü\n.txt").write_text("odd name\n")
    return project.resolve()


@pytest.fixture
def snapshot(root: Path, tmp_path: Path) -> Snapshot:
    taken = Snapshot(root, tmp_path / "snapshots")
    taken.take()
    return taken


def test_changed_new_and_deleted_files_are_found_with_their_bytes(root: Path, snapshot: Snapshot) -> None:
    (root / "a.txt").write_text("A\n")
    (root / "b.txt").unlink()
    (root / "sub" / "ü\n.txt").write_bytes(b"\0\xff")
    (root / "new.txt").write_text("")
    assert snapshot.differences() == [
        Difference(root / "a.txt", b"a\n", b"A\n"),
        Difference(root / "b.txt", b"b\r\n", None),
        Difference(root / "new.txt", None, b""),
        Difference(root / "sub" / "ü\n.txt", b"odd name\n", b"\0\xff"),
    ]
    snapshot.take()
    assert snapshot.differences() == []


def test_a_change_of_the_same_length_at_the_same_time_is_found(root: Path, snapshot: Snapshot) -> None:
    status = (root / "a.txt").stat()
    (root / "a.txt").write_text("z\n")
    os.utime(root / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert [difference.after for difference in snapshot.differences()] == [b"z\n"]


def test_what_was_changed_before_it_was_taken_is_not_the_commands(root: Path, snapshot: Snapshot) -> None:
    (root / "a.txt").write_text("the user's\n")
    snapshot.take()
    (root / "b.txt").write_text("the command's\n")
    assert [difference.path.name for difference in snapshot.differences()] == ["b.txt"]


def test_a_directory_in_the_place_of_a_file_and_the_other_way_round(root: Path, snapshot: Snapshot) -> None:
    (root / "a.txt").unlink()
    (root / "a.txt").mkdir()
    (root / "a.txt" / "inner").write_text("x")
    snapshot.take()
    (root / "a.txt" / "inner").unlink()
    (root / "a.txt").rmdir()
    (root / "a.txt").write_text("again")
    assert {difference.path.name for difference in snapshot.differences()} == {"a.txt", "inner"}


def test_ignored_and_large_files_and_links_are_left_out(root: Path, snapshot: Snapshot) -> None:
    (root / ".gitignore").write_text("build/\n")
    snapshot.take()
    (root / "build").mkdir()
    (root / "build" / "out.o").write_text("x")
    (root / "large.bin").write_bytes(b"x" * (snapshots.LARGEST_FILE + 1))
    (root / "link").symlink_to("a.txt")
    assert snapshot.differences() == []


def test_the_engines_own_data_in_the_project_are_left_out(root: Path) -> None:
    snapshot = Snapshot(root, root / "data" / "snapshots" / "one")
    snapshot.take()
    (root / "data" / "sessions.db").write_text("x")
    assert snapshot.differences() == []


def test_nothing_of_the_users_git_is_touched_or_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = tmp_path / "ran"
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        f'[core]\n\tfsmonitor = "touch {marker}"\n\tautocrlf = true\n\texcludesFile = {home}/i\n'
    )
    (home / "i").write_text("*.txt\n")
    monkeypatch.setenv("HOME", str(home))
    subprocess.run(["git", "init", "-q"], cwd=root, check=True, timeout=20)
    (root / ".gitattributes").write_text("*.txt text eol=crlf filter=odd\n")
    subprocess.run(["git", "config", "filter.odd.clean", f"touch {marker}"], cwd=root, check=True, timeout=20)
    before = {file: file.stat().st_mtime_ns for file in sorted((root / ".git").rglob("*"))}
    marker.unlink(missing_ok=True)
    snapshot = Snapshot(root, tmp_path / "snapshots")
    snapshot.take()
    (root / "b.txt").write_bytes(b"c\n")
    assert snapshot.differences() == [Difference(root / "b.txt", b"b\r\n", b"c\n")]
    assert {file: file.stat().st_mtime_ns for file in sorted((root / ".git").rglob("*"))} == before
    assert not marker.exists()


def test_where_nothing_can_be_known_it_says_why(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Uncovered, match="more than 2 files"):
        Snapshot(root, tmp_path / "one", most_files=2).take()
    monkeypatch.setenv("HOME", str(root))
    with pytest.raises(Uncovered, match="home directory"):
        Snapshot(root, tmp_path / "two").take()
    with pytest.raises(Uncovered, match="home directory"):
        Snapshot(root.parent, tmp_path / "three").take()
    monkeypatch.setenv("HOME", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Uncovered, match="git is not installed"):
        Snapshot(root, tmp_path / "four").take()
