"""The handlers of `question/…`."""

from sessiond.server.call import Call
from sessiond_protocol.asking.questions import (
    QuestionListParams,
    QuestionListResult,
    QuestionReplyParams,
    QuestionReplyResult,
)


async def list_questions(call: Call, params: QuestionListParams) -> QuestionListResult:
    sessions = await call.client.sessions()
    return sessions.questions(params.session_id)


async def reply(call: Call, params: QuestionReplyParams) -> QuestionReplyResult:
    sessions = await call.client.sessions()
    call.keep_place()
    return sessions.answer(params, by=call.client.outbox.name)
