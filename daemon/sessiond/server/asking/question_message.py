"""The message that puts the question of a tool or an MCP server. Used by `message_questions.py`.

Buttons can say yes, no, and one of a few choices; what needs more than that can only be declined here.
"""

from collections.abc import Mapping
from typing import Any

from sessiond.server.asking.message import Message, paragraphs
from sessiond.session.answering.form import Field, fields_of
from sessiond.tools.web.urls import target
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest

ACCEPT, OPENED, DECLINE = "Accept", "I have opened it", "Decline"
MOST_BUTTONS = 10
LONGEST_BUTTON = 80
ELSEWHERE = "This editor cannot ask for that: answer it in another client, or decline."


def question_message(request: QuestionRequest) -> Message:
    """Who asks what, and the buttons. A message that was closed means that nobody chose."""
    fields = fields_of(request.schema)
    accepted = _accepted(request, fields)
    texts = [f"{request.source} asks:", request.message, *map(_described, fields)]
    if request.url is not None:
        texts.append(f"It wants you to open an address at {target(request.url).host}: {request.url}")
    if not accepted:
        texts.append(ELSEWHERE)
    answers = {title: QuestionAnswer(action="accept", content=content) for title, content in accepted.items()}
    answers[DECLINE] = QuestionAnswer(action="decline")
    return Message(
        text=paragraphs(texts),
        buttons={title: QuestionReplyParams(request.id, answer) for title, answer in answers.items()},
        closed=QuestionReplyParams(request.id, QuestionAnswer(action="cancel")),
    )


def _accepted(request: QuestionRequest, fields: tuple[Field, ...]) -> Mapping[str, dict[str, Any] | None]:
    """The buttons that accept, with the content that each gives; none where buttons are not enough."""
    if not fields:
        return {ACCEPT if request.url is None else OPENED: None}
    (field, *more) = fields
    choices = {choice.label: {field.name: choice.value} for choice in field.choices}
    if more or request.url is not None:
        return {}
    if field.kind == "boolean":
        return {"Yes": {field.name: True}, "No": {field.name: False}}
    if field.kind == "choice" and _are_buttons(choices, len(field.choices)):
        return choices
    return {}


def _are_buttons(titles: Mapping[str, object], wanted: int) -> bool:
    """Whether these can be told apart, from each other and from a refusal, and read."""
    fit = len(titles) == wanted <= MOST_BUTTONS and DECLINE not in titles
    return fit and all(len(title) <= LONGEST_BUTTON for title in titles)


def _described(field: Field) -> str:
    described = f"{field.label}: {field.description}" if field.description else field.label
    return described if field.required else f"{described} (may be left out)"
