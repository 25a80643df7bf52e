"""New content in the place of files: whole at any moment, all or none, with what belongs to each file kept."""

import os
from pathlib import Path

import pytest

from sessiond.tools.files.replacing import Content, Replacement


def names(directory: Path) -> list[str]:
    return sorted(path.relative_to(directory).as_posix() for path in directory.rglob("*"))


def replace(*contents: Content) -> None:
    replacement = Replacement(contents)
    try:
        replacement.prepare()
        replacement.commit()
    finally:
        replacement.discard()


def test_files_are_replaced_made_and_taken_away_together(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")

    replace(
        Content(tmp_path / "a", b"1", b"one"),
        Content(tmp_path / "b", b"2", None),
        Content(tmp_path / "x/y/c", None, b"three"),
    )

    assert names(tmp_path) == ["a", "x", "x/y", "x/y/c"]
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "x/y/c").read_bytes()) == (b"one", b"three")


def test_files_changed_before_the_one_that_fails_are_brought_back(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    (tmp_path / "directory").mkdir()
    replacement = Replacement([
        Content(tmp_path / "a", b"1", b"one"),
        Content(tmp_path / "b", b"2", None),
        Content(tmp_path / "new", None, b"new"),
        Content(tmp_path / "directory", None, b"cannot be a file"),
    ])  # fmt: skip

    replacement.prepare()
    with pytest.raises(OSError, match="directory"):
        replacement.commit()
    replacement.discard()

    assert (replacement.at, replacement.lost) == (tmp_path / "directory", [])
    assert names(tmp_path) == ["a", "b", "directory"]
    assert ((tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()) == (b"1", b"2")


def test_what_cannot_be_prepared_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(OSError):
        replace(Content(tmp_path / "x/y/z", None, b"1"), Content(tmp_path / "file/below", None, b"2"))

    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("now", [b"another's", None])
def test_a_file_that_is_not_as_it_was_read_is_left_as_it_is(tmp_path: Path, now: bytes | None) -> None:
    (tmp_path / "b").write_bytes(b"b")
    if now is not None:
        (tmp_path / "f").write_bytes(now)

    with pytest.raises(OSError, match="another program has just changed it"):
        replace(Content(tmp_path / "b", b"b", b"new"), Content(tmp_path / "f", b"read", b"new"))

    assert (tmp_path / "b").read_bytes() == b"b"
    assert names(tmp_path) == ["b"] + (["f"] if now is not None else [])


def test_mode_and_owner_stay_and_a_new_file_has_those_of_what_it_is_moved_from(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"1")
    (tmp_path / "f").chmod(0o640)
    if os.geteuid() == 0:
        os.chown(tmp_path / "f", 12345, 12346)
    before = (tmp_path / "f").stat()

    replace(
        Content(tmp_path / "f", b"1", b"2"),
        Content(tmp_path / "moved", None, b"2", moved_from=tmp_path / "f"),
        Content(tmp_path / "new", None, b"3"),
    )

    for name in ("f", "moved"):
        after = (tmp_path / name).stat()
        assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    mask = os.umask(0)
    os.umask(mask)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o666 & ~mask


def test_other_names_of_a_hard_link_keep_the_old_content(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"1")
    (tmp_path / "other").hardlink_to(tmp_path / "f")

    replace(Content(tmp_path / "f", b"1", b"2"))

    assert ((tmp_path / "f").read_bytes(), (tmp_path / "other").read_bytes()) == (b"2", b"1")


def test_a_reader_that_has_the_file_open_sees_the_old_content_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old content")

    with (tmp_path / "f").open("rb") as reader:
        assert reader.read(3) == b"old"
        replace(Content(tmp_path / "f", b"old content", b"new"))
        assert reader.read() == b" content"
