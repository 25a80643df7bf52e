"""A permission question as a person at the terminal sees it, and what their answer stands for."""

import msgspec
import pytest

from sessiond.cli.turn.asking.permission import Reply, question, understood
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
