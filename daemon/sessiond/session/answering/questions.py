"""Answers to the questions of tools and MCP servers: only what fits its form answers one. Held by the keeper."""

from sessiond.session.answering.form import Unfit, content_of
from sessiond.session.asking.unanswered import Answered
from sessiond.session.asking.waiting import Waiting
from sessiond.session.library import Library
from sessiond_protocol.asking.questions import QuestionReplyParams, QuestionReplyResult
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest


class Questions:
    def __init__(self, library: Library, waiting: Waiting[QuestionRequest, Answered]) -> None:
        self._library = library
        self._waiting = waiting

    def waiting(self, session_id: str | None) -> list[QuestionRequest]:
        """The questions that wait, of all sessions or of one and those below it."""
        return self._library.of_family(session_id, self._waiting.requests())

    def reply(self, params: QuestionReplyParams, by: str) -> QuestionReplyResult:
        """Answers a question, with the defaults of fields that are left out.

        Raises RpcError `alreadyAnswered {by}` or `questionNotFound`; `invalidRequest {field}` for content that does
        not fit, and the question still waits.
        """
        answer = fitting(params.answer, self._waiting.find(params.request_id))
        self._waiting.answer(params.request_id, Answered(answer, by))
        return QuestionReplyResult(request_id=params.request_id, answer=answer)


def fitting(answer: QuestionAnswer, request: QuestionRequest) -> QuestionAnswer:
    """The answer as whoever asks gets it: fields go with an `accept` only, and only where there are any to fill."""
    if answer.action != "accept" or request.schema is None:
        return QuestionAnswer(action=answer.action)
    try:
        return QuestionAnswer(action="accept", content=content_of(request.schema, answer.content or {}))
    except Unfit as unfit:
        field = f"answer.content.{unfit.name}"
        raise RpcError(ErrorCode.INVALID_PARAMS, f"`{field}` {unfit.problem}", {"field": field}) from None
