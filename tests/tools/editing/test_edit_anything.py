"""Laws of edits: nothing outside of what is replaced changes by a byte, whatever the file, the call or the moment."""

import asyncio
import codecs
from collections.abc import Sequence
from itertools import count, pairwise
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessiond.tools.editing.edit import Edit
from sessiond.tools.editing.matching.ladder import match
from sessiond.tools.editing.matching.typography import PLAIN
from sessiond.tools.editing.write import Write
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from sessiond.tools.files.splices import spliced
from sessiond.tools.files.text_form import decoded, version_of
from support.tools.cancelled_at import CancelledAt
from support.tools.scope import run_tool, tool_scope

on_disk = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

Token = tuple[str, bytes]
"""One character as tools see it, and the bytes it is stored as."""

LINES = ["", " ", "a", "b", "  a", "a ", "\ta  b", 'x = "é"', "“a”", "x\u2028y", "𝄞", "a - b", "    2\ta"]
FORMS = [
    (b"", "utf-8"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
PRINTED = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=5)
"""Without what makes a text no text, such as NUL."""
PIECES = st.one_of(st.sampled_from([*LINES, "\n", "a\n", "\r\n", "\\n", '\\"']), st.text(max_size=5))
BLANKS = st.sampled_from(["", " ", "    ", "\t"])


@st.composite
def stored_files(draw: st.DrawFn) -> tuple[bytes, list[Token]]:
    """A byte order mark, and the characters behind it."""
    bom, encoding = draw(st.sampled_from(FORMS))
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]))
    tokens: list[Token] = []
    for line in draw(st.lists(st.sampled_from(LINES), max_size=8)):
        tokens += [(character, character.encode(encoding)) for character in line]
        if encoding == "utf-8" and not bom and draw(st.integers(0, 9)) == 0:
            tokens.append(("\udcff", b"\xff"))
        tokens.append(("\n", draw(st.sampled_from(ends)).encode(encoding)))
    return bom, tokens[:-1] if draw(st.booleans()) else tokens


def stored(tokens: Sequence[Token]) -> bytes:
    return b"".join(content for _, content in tokens)


def empty_project(tmp_path: Path) -> Path:
    directory = tmp_path.resolve() / "project"
    directory.mkdir(exist_ok=True)
    for path in directory.iterdir():
        path.unlink()
    return directory


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


async def edited(file: bytes, directory: Path, old: str, new: str, *, replace_all: bool = False) -> bytes | None:
    """The file's bytes afterwards; None when the call failed, which has changed nothing."""
    (directory / "f").write_bytes(file)
    scope = tool_scope(directory, files=Files(must_have_read=False))
    try:
        await run_tool(Edit(), scope, filePath="f", oldString=old, newString=new, replaceAll=replace_all)
    except ToolFailed as failure:
        assert str(failure)
        assert contents(directory) == {"f": file}
        return None
    assert list(contents(directory)) == ["f"]
    after = (directory / "f").read_bytes()
    assert scope.files.seen.version(directory / "f") == version_of(decoded(after)[0])
    return after


@on_disk
@given(stored_files(), st.data())
async def test_an_exact_edit_changes_no_byte_outside_of_what_it_replaces(
    tmp_path: Path, file: tuple[bytes, list[Token]], data: st.DataObject
) -> None:
    bom, tokens = file
    text = "".join(character for character, _ in tokens)
    start = data.draw(st.integers(0, max(len(text) - 1, 0)))
    end = data.draw(st.integers(start, len(text)))
    old, new = text[start:end], data.draw(st.lists(st.sampled_from([*LINES, "\n", "\r\n"]) | PRINTED).map("".join))

    after = await edited(bom + stored(tokens), empty_project(tmp_path), old, new)

    if after is not None and not new and text[end : end + 1] == "\n":
        kept = [bom + stored(tokens[:start] + tokens[behind:]) for behind in (end, end + 1)]
        assert after in kept  # lines that go take their end with them
    elif after is not None:
        assert after.startswith(bom + stored(tokens[:start]))
        assert after.endswith(stored(tokens[end:]))
    elif old and "\udcff" not in old and not any(text.startswith(old, at) for at in range(len(text)) if at != start):
        assert new.replace("\r\n", "\n") == old  # nothing else keeps it from being done


@on_disk
@given(stored_files(), PIECES, PIECES, st.booleans())
async def test_any_call_changes_the_file_as_a_whole_or_not_at_all(
    tmp_path: Path, file: tuple[bytes, list[Token]], old: str, new: str, replace_all: bool
) -> None:
    await edited(file[0] + stored(file[1]), empty_project(tmp_path), old, new, replace_all=replace_all)


def bare(text: str) -> str:
    """What all tolerant ways of matching agree on."""
    return "".join(text.translate(PLAIN).replace("\\", "").split())


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=12), PIECES, st.data())
def test_a_tolerant_edit_stays_within_as_many_lines_that_say_the_same(
    lines: list[str], new: str, data: st.DataObject
) -> None:
    text = "".join(f"{line}\n" for line in lines)
    first = data.draw(st.integers(0, len(lines) - 1))
    size = data.draw(st.integers(1, len(lines) - first))
    wanted = [data.draw(BLANKS) + line.translate(PLAIN).strip() + data.draw(BLANKS) for line in lines[first:][:size]]
    old = "\n".join(wanted)
    if not old.strip():
        return

    try:
        splices = match(text, old, new).splices
    except ToolFailed:
        return

    windows = ["".join(f"{line}\n" for line in lines[at : at + size]) for at in range(len(lines) - size + 1)]
    starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(windows))]
    assert any(
        bare(old) in bare(window) and all(start <= one.start <= one.end <= start + len(window) for one in splices)
        for start, window in zip(starts, windows, strict=True)
    )


TANGLES = st.lists(st.sampled_from("ab\n"), min_size=1, max_size=4).map("".join)


@given(st.lists(st.sampled_from("ab\n\n"), max_size=12).map("".join), TANGLES, st.sampled_from(["", "c", "a\n"]))
@example("x\n\nb\nb\n", "\nb", "")
def test_all_places_are_replaced_each_once_and_only_lines_that_go_take_their_end_with_them(
    text: str, old: str, new: str
) -> None:
    if old not in text or old == new:
        return

    splices = match(text, old, new, replace_all=True).splices

    assert len(splices) == text.count(old)
    assert all(one.end <= other.start for one, other in pairwise(splices))
    assert all(text[one.start : one.end] in (old, old if new else f"{old}\n") for one in splices)
    if new:
        assert spliced(text, splices) == text.replace(old, new)


@on_disk
@given(st.lists(st.integers(0, 20), min_size=2, max_size=8, unique=True), st.booleans())
async def test_edits_of_one_file_at_the_same_time_all_land(tmp_path: Path, numbers: list[int], shared: bool) -> None:
    directory = empty_project(tmp_path)
    lines = [f"<line {number}>\r\n" for number in range(21)]
    (directory / "f").write_bytes("".join(lines).encode())
    files = Files(must_have_read=False)

    await asyncio.gather(*(
        run_tool(
            Edit(),
            tool_scope(directory, files=files if shared else Files(must_have_read=False)),
            filePath="f",
            oldString=f"<line {number}>",
            newString=f"<new {number}>\n<more {number}>",
        )
        for number in numbers
    ))  # fmt: skip

    for number in numbers:
        lines[number] = f"<new {number}>\r\n<more {number}>\r\n"
    assert contents(directory) == {"f": "".join(lines).encode()}


async def test_cancelled_at_any_point_an_edit_leaves_the_old_or_the_new_file_and_nothing_beside_it(
    tmp_path: Path,
) -> None:
    directory = empty_project(tmp_path)
    scope = tool_scope(directory, files=Files(must_have_read=False))
    seen: set[bytes] = set()
    for point in count():
        (directory / "f").write_bytes(b"old\n")
        work = run_tool(Edit(), scope, filePath="f", oldString="old", newString="new")
        cancelled = await CancelledAt(work, point)
        assert contents(directory) in ({"f": b"old\n"}, {"f": b"new\n"})
        seen.add((directory / "f").read_bytes())
        if not cancelled:
            break

    assert seen == {b"old\n", b"new\n"}


async def test_cancelled_at_any_point_a_write_leaves_no_half_file_and_no_directory_made_for_it(tmp_path: Path) -> None:
    directory = empty_project(tmp_path)
    for point in count():
        place = directory / str(point) / "deep" / "f"
        work = run_tool(Write(), tool_scope(directory), filePath=str(place), content="new\n")
        cancelled = await CancelledAt(work, point)
        found = [path for path in (directory / str(point)).rglob("*") if path.is_file()]
        assert found in ([], [place])
        if found:
            assert place.read_bytes() == b"new\n"
        else:
            assert not (directory / str(point)).exists()
        if not cancelled:
            return
