"""Output past the limit: what a model is shown, and the file that has all of it."""

import os
import stat
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.tools import output_file
from sessiond.tools.outputs import MAX_BYTES, MAX_LINES, Outputs
from sessiond.tools.window import Keep, Window

LONGEST_NOTE = 400

lines = st.text(alphabet=st.sampled_from("a é€😀\t"), max_size=60)
texts = st.builds(
    lambda block, times, end: "\n".join(block * times) + end,
    st.lists(lines, min_size=1, max_size=8),
    st.sampled_from([1, 3, 300, 1500]),
    st.sampled_from(["", "\n", "\n\n"]),
) | st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=5), st.sampled_from([1, 9_000, 30_000]))
keeps = st.sampled_from(["head", "tail"])


def test_what_fits_is_shown_as_it_is_and_not_kept(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "outputs")

    assert outputs.limited("one\ntwo\n") == ("one\ntwo\n", None)
    assert outputs.limited("") == ("", None)
    assert not outputs.directory.exists()


def test_the_end_is_kept_with_a_little_of_the_beginning(tmp_path: Path) -> None:
    text = "".join(f"line {number}\n" for number in range(1, 3001))

    shown, path = Outputs(tmp_path).limited(text, "tail")

    assert path is not None
    assert path.read_text() == text
    assert shown == (
        "".join(f"line {number}\n" for number in range(1, 201))
        + f"(… 1,000 lines, 9,201 bytes are left out here. The full output is in {path}: "
        "page it with `read`, search it with `grep`.)\n" + "".join(f"line {number}\n" for number in range(1201, 3001))
    )


def test_the_beginning_is_kept_where_that_counts(tmp_path: Path) -> None:
    shown, path = Outputs(tmp_path).limited("".join(f"{number}\n" for number in range(1, 2502)))

    assert shown.splitlines()[:2000] == [str(number) for number in range(1, 2001)]
    assert shown.splitlines()[2000] == (
        f"(… 501 lines, 2,505 bytes are left out here. The full output is in {path}: "
        "page it with `read`, search it with `grep`.)"
    )


@given(text=texts, keep=keeps)
def test_what_is_shown_is_a_beginning_and_an_end_in_whole_characters(text: str, keep: Keep) -> None:
    with tempfile.TemporaryDirectory() as directory:
        shown, path = Outputs(Path(directory)).limited(text, keep)
        whole = text.encode(errors="replace").decode() if path is None else path.read_bytes().decode()

    if path is None:
        assert len(text.encode(errors="replace")) <= MAX_BYTES
        assert shown == whole
        return
    assert len(shown.encode()) <= MAX_BYTES + LONGEST_NOTE
    assert shown.count("\n") <= MAX_LINES + 1
    before, _, after = shown.partition("(… ")
    _, _, after = after.partition(".)")
    assert whole.startswith(before.removesuffix("\n"))
    assert whole.endswith(after.removeprefix("\n"))
    assert len(after) > 1 if keep == "tail" else not after


@given(text=texts, keep=keeps, size=st.integers(1, 70_000))
def test_a_text_that_comes_in_pieces_is_shown_like_a_whole_one(text: str, keep: Keep, size: int) -> None:
    data = text.encode(errors="replace")
    at_once, in_pieces = Window(keep), Window(keep)
    at_once.add(data)
    for start in range(0, len(data), max(size, len(data) // 500)):
        in_pieces.add(data[start : start + max(size, len(data) // 500)])

    def gap(lines: int, size: int) -> str:
        return f"{lines} {size}"

    assert (in_pieces.size, in_pieces.lines) == (at_once.size, at_once.lines)
    assert in_pieces.shown(gap) == at_once.shown(gap)


def test_the_same_output_is_one_file_that_only_the_user_can_read(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "data" / "outputs")

    path = outputs.keep("text")

    assert outputs.keep("text") == path
    assert [file.name for file in outputs.directory.iterdir()] == [path.name]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(outputs.directory.stat().st_mode) == 0o700


def test_bytes_that_are_no_text_are_kept_as_replacement_characters(tmp_path: Path) -> None:
    assert Outputs(tmp_path).keep("a\udcffb").read_text() == "a\ufffdb"


def test_a_disk_that_refuses_costs_the_file_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "outputs").write_text("a file where the folder should be")

    shown, path = Outputs(tmp_path / "outputs").limited("x\n" * 3000)

    assert path is None
    assert shown.endswith("The full output could not be kept: File exists.)")


def test_a_file_has_a_limit_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output_file, "MAX_KEPT_BYTES", 10)
    file = Outputs(tmp_path).begin()

    for _ in range(4):
        file.write(b"abc\n")

    assert file.finish().read_text() == "abc\nabc\nab\n(The output was longer; only its first 64 MiB are kept.)\n"


def test_output_that_is_given_up_leaves_no_file(tmp_path: Path) -> None:
    file = Outputs(tmp_path).begin()
    file.write(b"text")
    file.discard()

    assert list(tmp_path.iterdir()) == []


def test_what_is_old_expires(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "outputs")
    assert outputs.expire(7) == 0
    old, new = outputs.keep("old"), outputs.keep("new")
    week = time.time() - 8 * 86_400
    os.utime(old, (week, week))

    assert outputs.expire(7) == 1
    assert list(outputs.directory.iterdir()) == [new]
