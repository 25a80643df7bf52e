"""Laws of patches: one made from two texts makes the one of the other or is refused; garbage changes nothing."""

import difflib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessiond.tools.editing.envelope.apply import apply
from sessiond.tools.editing.envelope.parse import parse
from sessiond.tools.editing.envelope.sections import UpdateFile
from sessiond.tools.editing.patch import Patch
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from support.tools.scope import run_tool, tool_scope

LINES = st.lists(st.sampled_from(["", " ", "a", "b", "  a", "a ", "@@ a", "*** End Patch", "+a", "x\u2028y", "“a”"]))
TEXTS = LINES.flatmap(lambda lines: st.sampled_from(["\n".join(lines), "".join(line + "\n" for line in lines)]))
WORDS = st.sampled_from([
    "*** Begin Patch", "*** End Patch", "*** Update File: a.txt", "*** Add File: b.txt", "*** Delete File: a.txt",
    "*** Move to: b.txt", "*** End of File", "@@", "@@ one", "@@ -1,2 +1,2 @@", " one", "-one", "+one", "-two", "+", "",
    "<<EOF", "EOF", "```", "one", "*** Update File: ../../etc/x\0y", "*** Add File:", "\ud800",
])  # fmt: skip


def patch_of(old: str, new: str, context: int) -> str:
    """As a model would write it, from the differences of two texts."""
    lines = difflib.unified_diff(split(old), split(new), n=context, lineterm="")
    hunks = ["@@" if line.startswith("@@") else line for line in list(lines)[2:]]
    return "\n".join(("*** Begin Patch", "*** Update File: a.txt", *hunks, "*** End Patch"))


def split(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def same_end(text: str, as_in: str) -> str:
    """The new text with the last line's end of the old one, which a patch cannot change."""
    kept = text.removesuffix("\n")
    return kept + "\n" if text and (as_in.endswith("\n") or not as_in) else kept


def patched(text: str, patch: str) -> str:
    for section in parse(patch):
        assert isinstance(section, UpdateFile)
        text = apply(text, section.hunks).text
    return text


@given(TEXTS, TEXTS)
@example("a\n", "a\na\n")
def test_a_patch_that_shows_the_whole_text_makes_it_the_new_one(old: str, new: str) -> None:
    if split(old) == split(new):
        return

    assert patched(old, patch_of(old, new, 10_000)) == same_end(new, old)


@given(TEXTS, TEXTS, st.integers(1, 3))
def test_a_patch_with_little_context_makes_the_new_text_or_is_refused(old: str, new: str, context: int) -> None:
    if split(old) == split(new):
        return

    with suppress(ToolFailed):
        assert patched(old, patch_of(old, new, context)) == same_end(new, old)


@given(st.lists(st.integers(0, 30), min_size=1, unique=True), st.integers(1, 3))
def test_changes_in_a_text_of_different_lines_are_all_made(numbers: list[int], context: int) -> None:
    old = [f"line {number}" for number in range(31)]
    new = [f"changed {number}" if number in numbers else line for number, line in enumerate(old)]

    patch = patch_of("\n".join(old), "\n".join(new), context)

    assert patched("\n".join(old), patch) == "\n".join(new)


def block(lines: list[tuple[int, str]], outer: int, step: str) -> list[str]:
    return [step * (outer + level) + word if word else "" for level, word in lines]


BLOCKS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["", "a", "b", "c"])), min_size=1, max_size=6)


@given(BLOCKS, BLOCKS, st.integers(0, 3), st.integers(0, 3), st.sampled_from(["  ", "    ", "\t"]))
def test_a_block_sent_with_another_indentation_gets_that_of_the_file_or_is_refused(
    old: list[tuple[int, str]], new: list[tuple[int, str]], there: int, sent: int, step: str
) -> None:
    hunk = ["@@", *(f"-{line}" for line in block(old, sent, step)), *(f"+{line}" for line in block(new, sent, step))]
    patch = "\n".join(("*** Begin Patch", "*** Update File: a.txt", *hunk, "*** End Patch"))

    with suppress(ToolFailed):
        assert patched("\n".join(block(old, there, step)), patch).split("\n") == block(new, there, step)


def anything() -> Iterator[st.SearchStrategy[str]]:
    yield st.text()
    yield st.lists(WORDS, max_size=12).map("\n".join)
    yield st.lists(WORDS, max_size=12).map(lambda lines: "\n".join(("*** Begin Patch", *lines, "*** End Patch")))


@given(st.one_of(*anything()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_what_is_no_patch_is_refused_and_touches_no_file(tmp_path: Path, patch: str) -> None:
    directory = tmp_path / "project"
    directory.mkdir(exist_ok=True)
    for path in directory.iterdir():
        path.unlink()
    (directory / "a.txt").write_bytes(b"one\ntwo\r\none")
    before = (directory / "a.txt").read_bytes()

    try:
        await run_tool(Patch(), tool_scope(directory, files=Files(must_have_read=False)), patchText=patch)
    except ToolFailed as failure:
        assert str(failure)
        assert {path.name: path.read_bytes() for path in directory.iterdir()} == {"a.txt": before}
