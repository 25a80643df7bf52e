"""Texts and the form they are stored in: every byte comes back."""

from hypothesis import example, given
from hypothesis import strategies as st

from sessiond.tools.files.splices import Splice, spliced, splices_between, with_ends
from sessiond.tools.files.text_form import NotText, decoded, encoded, version_of

PIECES = [
    b"a",
    b"\n",
    b"\r\n",
    b"\r",
    b"\xff",
    b"\xc3\xa9",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\0",
    b"\xed\xa0\x80",
]
CONTENTS = st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join) | st.binary(max_size=20)
TEXTS = st.lists(st.sampled_from(["a", "b", "", "\n", "\n", "x\u2028"]), max_size=14).map("".join)


@given(CONTENTS)
@example(b"\r\r\n\n\r")
def test_what_is_read_and_put_back_unchanged_has_the_same_bytes(content: bytes) -> None:
    try:
        text, form = decoded(content)
    except NotText:
        return

    assert encoded(with_ends(text, form, []), form) == content
    assert encoded(with_ends(text, form, splices_between(text, text)), form) == content


@given(TEXTS, TEXTS)
def test_pieces_between_two_texts_make_the_one_the_other(text: str, new: str) -> None:
    assert spliced(text, splices_between(text, new)) == new


@given(CONTENTS.filter(lambda content: b"\0" not in content), TEXTS)
def test_a_new_text_is_read_again_as_it_was_given(content: bytes, new: str) -> None:
    try:
        text, form = decoded(content)
    except NotText:
        return
    if "\r" in text:
        return  # a lone one, in a text with other line ends, may come to stand before one of them

    stored = encoded(with_ends(text, form, [Splice(0, len(text), new)]), form)

    assert decoded(stored)[0] == new


def test_a_version_names_a_text_and_not_its_form() -> None:
    forms = [b"a\r\nb\r\n", b"a\nb\n", b"a\rb\r", b"\xef\xbb\xbfa\nb\n", "a\nb\n".encode("utf-16")]

    assert {version_of(decoded(content)[0]) for content in forms} == {version_of("a\nb\n")}
    assert version_of("a") != version_of("\udcff")


def test_a_new_line_takes_the_end_of_the_line_above_it() -> None:
    text, form = decoded(b"unix\nwindows\r\nlast")

    assert with_ends(text, form, [Splice(5, 5, "new\n")]) == "unix\nnew\nwindows\r\nlast"
    assert with_ends(text, form, [Splice(13, 13, "new\n")]) == "unix\nwindows\r\nnew\r\nlast"
