"""What a tool wants to know, at the terminal: what the person sees, and what the lines they type stand for."""

import asyncio
import os
import pty
from collections.abc import Iterator
from typing import Any

import pytest

from sessiond.cli.turn.asking.fields import Unclear, asked_for, value_of
from sessiond.cli.turn.asking.person import Left, Person
from sessiond.cli.turn.asking.question import answer, in_one_line
from sessiond.cli.turn.terminal import harmless
from sessiond.session.answering.form import Field, fields_of
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest

BOUND = 10
CANCEL = QuestionAnswer(action="cancel")


class Typist:
    """A person who types these lines and then leaves."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.seen: list[str] = []

    def say(self, text: str) -> None:
        self.seen += harmless(text).splitlines()

    async def line(self) -> str:
        if not self.lines:
            raise Left
        return self.lines.pop(0)


def request(
    schema: dict[str, Any] | None = None, url: str | None = None, message: str = "Which town?"
) -> QuestionRequest:
    return QuestionRequest(
        id="que_1",
        session_id="ses_1",
        turn_id="trn_1",
        message_id="msg_1",
        part_id="prt_1",
        source="MCP server places",
        message=message,
        schema=schema,
        url=url,
    )


def field(required: bool = True, **schema: Any) -> Field:
    (read,) = fields_of({"properties": {"it": schema}, "required": ["it"] if required else []})
    return read


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("y",), QuestionAnswer(action="accept")),
        (("maybe", "", "YES"), QuestionAnswer(action="accept")),
        (("n",), QuestionAnswer(action="decline")),
        (("hm",), CANCEL),
        ((), CANCEL),
    ],
)
async def test_consent_is_y_or_n_and_to_leave_is_to_cancel(typed: tuple[str, ...], expected: QuestionAnswer) -> None:
    typist = Typist(*typed)

    assert await answer(request(), typist) == expected
    assert typist.seen[:3] == [
        "MCP server places asks, in words that nobody has checked:",
        "  │ Which town?",
        "y = yes; n = no; Ctrl-D = no answer",
    ]


async def test_a_form_is_asked_for_field_by_field_and_a_field_again_until_it_fits() -> None:
    schema = {
        "properties": {
            "town": {"enum": ["u", "k"], "enumNames": ["Ulm", "Kiel"], "title": "Town", "description": "Where to?"},
            "people": {"type": "integer", "minimum": 1, "default": 2},
            "note": {"type": "string"},
        },
        "required": ["town", "people"],
    }
    typist = Typist("y", "Ulm", "3", "2", "0", "", "")

    answered = await answer(request(schema), typist)

    assert answered == QuestionAnswer(action="accept", content={"town": "k", "people": 2, "note": None})
    assert typist.seen[2:] == [
        "y = answer (3 to fill in); n = no; Ctrl-D = no answer",
        "  │ Town",
        "  │ Where to?",
        "  1 = Ulm",
        "  2 = Kiel",
        "the number of one",
        "It must be a number from 1 to 2.",
        "It must be a number from 1 to 2.",
        "  │ people",
        "a whole number; at least 1; Enter = 2",
        "It must be at least 1.",
        "  │ note",
        "a text; Enter = leave it out",
    ]


async def test_who_leaves_in_the_middle_of_a_form_cancels_all_of_it() -> None:
    schema = {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "required": ["a", "b"]}

    assert await answer(request(schema), Typist("y", "first")) == CANCEL


async def test_an_address_is_shown_below_its_host() -> None:
    typist = Typist("y")

    answered = await answer(request(url="https://login.example/?next=https://bank.example"), typist)

    assert answered == QuestionAnswer(action="accept")
    assert typist.seen[2:] == [
        "It wants you to open an address at login.example",
        "  https://login.example/?next=https://bank.example",
        "y = yes, I open it; n = no; Ctrl-D = no answer",
    ]


async def test_nothing_that_a_server_says_moves_the_cursor_or_passes_for_words_of_ours() -> None:
    typist = Typist()
    sly = "Hm\n\x1b[2J\x1b[HMay it? Run rm\r\ny = yes\u2028> \u202etxt.exe" + "\n" * 100

    await answer(request(message=sly), typist)

    shown = "\n".join(typist.seen)
    assert "\x1b" not in shown and "\u202e" not in shown
    assert all(line.startswith("  │ ") for line in typist.seen[1:-1])
    assert len(typist.seen) < 50


def test_one_line_says_who_asks_what() -> None:
    assert in_one_line(request(message="Which\ntown?")) == "MCP server places asks: Which town?"


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (field(type="string"), " Ulm ", "Ulm"),
        (field(type="string"), "-", "-"),
        (field(type="string", default="Ulm"), "", "Ulm"),
        (field(required=False, type="string"), "", None),
        (field(required=False, type="string", default="Ulm"), "-", None),
        (field(type="number"), "1.5", 1.5),
        (field(type="number"), "-2", -2),
        (field(type="boolean"), "Y", True),
        (field(type="boolean"), "no", False),
        (field(type="boolean", default=False), "", False),
        (field(enum=["a", "b"]), "2", "b"),
        (field(type="array", items={"enum": ["a", "b", "c"]}), "1, 3", ["a", "c"]),
        (field(type="array", items={"enum": ["a", "b"]}), "0", []),
        (field(type="array", items={"enum": ["a", "b"]}, default=["b"]), "", ["b"]),
    ],
)
def test_a_line_stands_for_a_value(asked: Field, typed: str, value: Any) -> None:
    assert value_of(asked, typed) == value


@pytest.mark.parametrize(
    ("asked", "typed", "words"),
    [
        (field(type="string"), "  ", "must be answered"),
        (field(type="string", format="email"), "me", "must be an e-mail address"),
        (field(type="number"), "many", "must be a number"),
        (field(type="number"), "nan", "must be a number"),
        (field(type="integer"), "1.5", "must be a whole number"),
        (field(type="boolean"), "perhaps", "must be y or n"),
        (field(enum=["a", "b"]), "a", "a number from 1 to 2"),
        (field(enum=["a", "b"]), "0", "a number from 1 to 2"),
        (field(type="array", items={"enum": ["a", "b"]}), "1 1", "each choice once"),
        (field(type="array", items={"enum": ["a", "b"]}), "1 x", "a number from 1 to 2"),
    ],
)
def test_a_line_that_is_no_answer_says_what_one_would_be(asked: Field, typed: str, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        value_of(asked, typed)


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        (field(type="string", minLength=2, maxLength=5), "a text; at least 2, at most 5 characters"),
        (field(type="string", format="date"), "a date such as 2026-01-31"),
        (field(required=False, type="boolean", default=True), "y or n; Enter = y; - = leave it out"),
        (field(enum=["a", "b"], default="b"), "the number of one; Enter = 2"),
        (
            field(type="array", items={"enum": ["a", "b"]}, default=["a", "b"]),
            "the numbers of those that apply, with blanks between; 0 = none of them; Enter = 1 2",
        ),
    ],
)
def test_a_field_says_what_may_be_typed(asked: Field, last: str) -> None:
    assert asked_for(asked)[-1] == last


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: the person's and the program's."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)
    os.close(theirs)


async def test_a_long_line_is_read_whole_and_the_next_one_after_it(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    person = Person(theirs)
    os.write(ours, b"x" * 3000 + b"\nnext\n")

    assert await asyncio.wait_for(person.line(), BOUND) == "x" * 3000
    assert await asyncio.wait_for(person.line(), BOUND) == "next"


async def test_ctrl_d_leaves(terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    os.write(ours, b"\x04")

    with pytest.raises(Left):
        await asyncio.wait_for(Person(theirs).line(), BOUND)
