"""What servers write is fit to be shown: a terminal obeys nothing in it, and its length is bounded."""

import pytest

from sessiond.mcp.tools.words import brief, one_line

HOSTILE = "a\x1b[2J\x9b31m\x07\u202eb\u2066c\x00\r\n\td\n"


def test_several_lines_keep_their_breaks_and_lose_what_a_terminal_obeys() -> None:
    assert brief(HOSTILE, 100) == "a\ufffd[2J\ufffd31m\ufffd\ufffdb\ufffdc\ufffd\n\td"


def test_one_line_loses_its_breaks_too() -> None:
    assert one_line(HOSTILE) == "a\ufffd[2J\ufffd31m\ufffd\ufffdb\ufffdc\ufffd d"


@pytest.mark.parametrize("shorten", [brief, one_line])
def test_a_text_that_is_too_long_ends_in_a_sign_of_that(shorten: object) -> None:
    assert callable(shorten)
    assert shorten("x" * 1_000_000, 10) == "x" * 9 + "…"
