"""What a tool or an MCP server wants to know of the user, and what it is answered.

Parameters and results of `question/…`; `methods.py` has the table.
"""

from sessiond_protocol.messages import QuestionAnswer, QuestionRequest
from sessiond_protocol.wire import Value, Wire


class QuestionListParams(Value, frozen=True):
    session_id: str | None = None


class QuestionListResult(Wire):
    questions: list[QuestionRequest]


class QuestionReplyParams(Value, frozen=True):
    request_id: str
    answer: QuestionAnswer


class QuestionReplyResult(Wire):
    request_id: str
    answer: QuestionAnswer
