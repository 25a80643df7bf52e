"""All that waits for an answer of the user, of all sessions: permissions and questions.

Held by the keeper, which tells it of clients that come and go; sessions ask by it.
"""

import msgspec

from sessiond.session.asking.permissions import WaitingPermissions
from sessiond.session.asking.waiting import Waiting
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest


class Answered(msgspec.Struct, frozen=True):
    answer: QuestionAnswer
    by: str


NOBODY_CHOSE = QuestionAnswer(action="cancel")
NOBODY_CAME = Answered(NOBODY_CHOSE, "policy")


class Unanswered:
    def __init__(self) -> None:
        self.permissions = WaitingPermissions()
        self.questions: Waiting[QuestionRequest, Answered] = Waiting("question")

    def audience_changed(self) -> None:
        """A client came or left, or can no longer answer."""
        self.permissions.audience_changed()
        self.questions.audience_changed()
