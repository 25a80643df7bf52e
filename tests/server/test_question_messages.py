"""Questions as messages with buttons: what is shown, what each button answers, and what buttons cannot ask for."""

from typing import Any

import msgspec
import pytest

from sessiond.server.asking.message_questions import chosen
from sessiond.server.asking.question_message import ELSEWHERE, question_message
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest


def request(schema: dict[str, Any] | None = None, url: str | None = None) -> QuestionRequest:
    return QuestionRequest(
        id="que_1",
        session_id="ses_1",
        turn_id="trn_1",
        message_id="msg_1",
        part_id="prt_1",
        source="MCP server places",
        message="Which town?",
        schema=schema,
        url=url,
    )


def form(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def answers(asked: QuestionRequest) -> dict[str, Any]:
    """What each button gives: the content of an `accept`, or the other action."""
    replies = question_message(asked).buttons
    return {
        title: reply.answer.content if reply.answer.action == "accept" else reply.answer.action
        for title, reply in replies.items()
        if isinstance(reply, QuestionReplyParams)
    }


def test_consent_is_asked_for_by_two_buttons_and_says_who_asks() -> None:
    assert answers(request()) == {"Accept": None, "Decline": "decline"}
    assert question_message(request()).text == "MCP server places asks:\nWhich town?"


def test_a_truth_value_is_asked_for_by_yes_and_no() -> None:
    asked = request(form(big={"type": "boolean", "title": "Big", "description": "A big one?"}))

    assert answers(asked) == {"Yes": {"big": True}, "No": {"big": False}, "Decline": "decline"}
    assert question_message(asked).text == "MCP server places asks:\nWhich town?\nBig: A big one?"


def test_a_few_choices_are_buttons() -> None:
    asked = request(form(town={"enum": ["u", "k"], "enumNames": ["Ulm", "Kiel"]}))

    assert answers(asked) == {"Ulm": {"town": "u"}, "Kiel": {"town": "k"}, "Decline": "decline"}


@pytest.mark.parametrize(
    "schema",
    [
        form(town={"type": "string"}),
        form(a={"type": "boolean"}, b={"type": "boolean"}),
        form(town={"enum": [str(number) for number in range(11)]}),
        form(town={"enum": ["u", "v"], "enumNames": ["Same", "Same"]}),
        form(town={"enum": ["Decline", "Accept"]}),
        form(town={"enum": ["x" * 100]}),
        form(towns={"type": "array", "items": {"enum": ["u", "k"]}}),
    ],
)
def test_what_buttons_cannot_ask_for_can_be_declined_only_and_the_message_says_so(schema: dict[str, Any]) -> None:
    assert answers(request(schema)) == {"Decline": "decline"}
    assert question_message(request(schema)).text.endswith(ELSEWHERE)


def test_an_address_stands_in_the_message_with_its_host_before_it() -> None:
    asked = request(url="https://login.example/start?as=https://bank.example")

    assert answers(asked) == {"I have opened it": None, "Decline": "decline"}
    assert question_message(asked).text.splitlines()[2:] == [
        "It wants you to open an address at login.example: https://login.example/start?as=https://bank.example"
    ]


@pytest.mark.parametrize("result", ["null", '{"title": "Something else"}', "[]", '"odd"', "7"])
def test_a_message_that_is_closed_or_answered_oddly_means_that_nobody_chose(result: str) -> None:
    reply = chosen(msgspec.Raw(result.encode()), question_message(request()))

    assert reply == QuestionReplyParams("que_1", QuestionAnswer(action="cancel"))


def test_the_button_is_the_answer() -> None:
    reply = chosen(msgspec.Raw(b'{"title": "Accept"}'), question_message(request()))

    assert reply == QuestionReplyParams("que_1", QuestionAnswer(action="accept"))
