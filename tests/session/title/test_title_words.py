"""One clean line of whatever prompts and models say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.session.title.words import LONGEST, LONGEST_OF_PROMPT, title_of_answer, title_of_prompt


@pytest.mark.parametrize(
    ("prompt", "title"),
    [
        ("Fix the bug in app.py", "Fix the bug in app.py"),
        ("\n \n## Please **split** `manager.py`\nIt is too long.", "Please split manager.py"),
        ("Why does __init__(**kwargs) of Vec<int> fail?", "Why does __init__(**kwargs) of Vec<int> fail?"),
        ("```py\n```\nWhat is this?", "What is this?"),
        ("See [the docs](https://example.org/x)", "See the docs"),
        ("\x1b[31mred\x1b[0m\u202eand\x07 turned", "redand turned"),
        (
            "please look at the very long function in daemon/session.py and split",
            "please look at the very long function in daemon/session.py…",
        ),
        ("東京" * 40, "東京" * 29 + "東…"),
        ("@@@ ---\n", None),
        ("", None),
    ],
)
def test_the_first_line_that_says_something_is_the_title(prompt: str, title: str | None) -> None:
    assert title_of_prompt(prompt) == title


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        ("Fix the login form", "Fix the login form"),
        ('Title: "Fix the login form."', "Fix the login form"),
        ("# Fix the login form.\n\nThis fixes it.", "Fix the login form"),
        ("**Titel:** „Anmeldung reparieren“", "Anmeldung reparieren"),
        ("<think>The user wants…\nTitle: no</think>\n\nFix the login form", "Fix the login form"),
        ("thoughts without a beginning</think>Fix the login form", "Fix the login form"),
        ("<think>never ending thoughts", None),
        ("- Fix the login form\n- Or the other", "Fix the login form"),
        ("", None),
        ("\n```\n```\n", None),
        ("Sure, I can do that for you. " * 12, None),
    ],
)
def test_of_what_a_model_says_the_title_is_left(answer: str, title: str | None) -> None:
    assert title_of_answer(answer) == title


@given(st.text(max_size=400) | st.text("<>/think# \n\"'*`ab", max_size=200))
def test_whatever_is_said_a_title_is_one_short_printable_line(text: str) -> None:
    for title, longest in ((title_of_prompt(text), LONGEST_OF_PROMPT), (title_of_answer(text), LONGEST)):
        if title is not None:
            assert 0 < len(title) <= longest
            assert title == title.strip()
            assert not any(ord(character) < 32 for character in title)
            title.encode()
