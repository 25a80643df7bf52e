"""A permission question as a person at the terminal sees it, and what their answer stands for."""

import msgspec
import pytest

from sessiond.cli.turn.asking.permission import Reply, question, understood
from sessiond.cli.turn.asking.person import say
from sessiond_protocol.messages import OfferedRule, PermissionRequest


def request(**changes: object) -> PermissionRequest:
    plain = PermissionRequest(
        id="per_1",
        session_id="ses_1",
        turn_id="trn_1",
        message_id="msg_1",
        part_id="prt_1",
        tool="bash",
        title="Run the tests",
        permission="bash",
        patterns=["npm test"],
    )
    return msgspec.structs.replace(plain, **changes)


def test_a_question_shows_what_would_be_run_and_why_it_is_asked_and_the_rule_that_always_saves():
    asked = request(reason="No rule allows it.", always=[OfferedRule("bash", "npm test*")])

    assert question(asked).splitlines() == [
        "May it? Run the tests",
        "  npm test",
        "  No rule allows it.",
        "y = yes, this once",
        "a = always: bash npm test*",
        "n = no; what you write behind it the model gets to read",
    ]


def test_a_question_about_a_command_shows_all_of_it_line_by_line_where_the_title_is_cut():
    command = "true\n\n" + "harmless " * 40 + "; rm -rf ~/precious"
    asked = request(title="true harmless harml…", patterns=["true", "rm -rf ~/precious"], command=command)

    assert question(asked).splitlines()[:-2] == [
        "May it run this?",
        "  │ true",
        "  │ ",
        "  │ " + "harmless " * 40 + "; rm -rf ~/precious",
    ]


def test_a_command_is_shown_once_and_beside_a_title_that_says_more():
    def first_lines(**changes: object) -> list[str]:
        return question(request(patterns=["make"], command="make", **changes)).splitlines()[:-2]

    assert first_lines(title="make") == ["May it? make"]
    assert first_lines(title="Outside the sandbox: make", permission="unsandboxed") == [
        "May it? Outside the sandbox: make"
    ]
    assert first_lines(title="Call bash again", permission="repeat") == ["May it? Call bash again", "  │ make"]


def test_nothing_of_a_command_hides_from_the_person(capsys: pytest.CaptureFixture[str]):
    say(question(request(title="rm…", command="rm \x1b[8m\r\u202e\u2066\x9b~/precious")))

    assert "  │ rm �[8m����~/precious\n" in capsys.readouterr().err


def test_a_question_about_an_edit_shows_what_would_change_and_says_how_much_it_leaves_out():
    diff = "--- a\n+++ b\n" + "+line\n" * 50

    shown = question(request(diff=diff)).splitlines()

    assert shown[2:5] == ["--- a", "+++ b", "+line"]
    assert "… 12 more lines" in shown


def test_always_is_not_offered_where_there_is_nothing_to_save():
    assert "a = always" not in question(request())
    assert understood("a", always=False) is None


@pytest.mark.parametrize(
    ("typed", "reply"),
    [
        ("y\n", Reply("allowOnce")),
        ("YES", Reply("allowOnce")),
        ("a\n", Reply("allowAlways")),
        ("n\n", Reply("rejectOnce")),
        ("no, use pnpm\n", Reply("rejectOnce", "use pnpm")),
        ("n use pnpm", Reply("rejectOnce", "use pnpm")),
        ("\n", None),
        ("maybe", None),
        ("yesterday", None),
    ],
)
def test_an_answer_is_understood_or_asked_for_again(typed: str, reply: Reply | None):
    assert understood(typed, always=True) == reply
