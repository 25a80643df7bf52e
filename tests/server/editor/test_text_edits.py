"""Text edits: whatever two texts are, the edits make the one of the other, and touch little."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sessiond.server.editor.text_edits import MOST_COMPARED, Position, TextEdit, text_edits
from support.editor.buffers import replaced

PIECES = st.sampled_from(
    ["a", "b", "é", "😀", "\n", "\r\n", "\r", "\f", "\u2028", "\x85", " ", "\t", "line\n", "x\r\n"]
)
TEXTS = st.lists(PIECES, max_size=14).map("".join)


def applied(text: str, edits: list[TextEdit]) -> str:
    for edit in reversed(edits):
        place = {"start": edit.start._asdict(), "end": edit.end._asdict()}
        text = replaced(text, place, edit.text)
    return text


@given(TEXTS, TEXTS)
def test_the_edits_make_the_new_text_of_the_old(before: str, after: str):
    assert applied(before, text_edits(before, after)) == after


@given(TEXTS, TEXTS)
def test_edits_stand_in_order_and_apart(before: str, after: str):
    edits = text_edits(before, after)

    assert all(edit.start <= edit.end for edit in edits)
    assert all(one.end <= other.start for one, other in pairwise(edits))


@given(TEXTS)
def test_equal_texts_need_no_edit(text: str):
    assert text_edits(text, text) == []


def test_a_changed_word_behind_an_emoji_is_a_range_of_utf_16_units():
    before = "one\n😀 two\nthree\n"

    assert text_edits(before, "one\n😀 TWO\nthree\n") == [TextEdit(Position(1, 3), Position(1, 6), "TWO")]


def test_changes_far_apart_leave_what_is_between_alone():
    before = "".join(f"{number}\n" for number in range(100))
    after = before.replace("7\n", "seven\n", 1).replace("\n90\n", "\n")

    assert text_edits(before, after) == [
        TextEdit(Position(7, 0), Position(7, 1), "seven"),
        TextEdit(Position(90, 0), Position(91, 0), ""),
    ]


def test_texts_too_long_to_compare_become_one_edit():
    lines = int(MOST_COMPARED**0.5) + 2
    before = "".join(f"{number}\n" for number in range(lines))
    after = before.replace("\n", ".\n")

    assert [edit.end.line for edit in text_edits(before, after)] == [lines - 1]
