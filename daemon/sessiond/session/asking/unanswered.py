"""All that waits for an answer of the user, of all sessions: permissions and questions.

Made by `parts.py` from the settings; sessions ask by it, and the manager tells it of clients that come and go.
"""

import msgspec

from sessiond.session.asking.permissions import Unattended, WaitingPermissions
from sessiond.session.asking.waiting import Waiting
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest


class Answered(msgspec.Struct, frozen=True):
    answer: QuestionAnswer
    by: str


NOBODY_CHOSE = QuestionAnswer(action="cancel")


class Unanswered:
    def __init__(self, unattended: Unattended) -> None:
        self.permissions = WaitingPermissions(unattended)
        self.questions: Waiting[QuestionRequest, Answered] = Waiting(
            "question", unattended.after, Answered(NOBODY_CHOSE, "policy")
        )

    def audience_changed(self) -> None:
        """A client came or left, or can no longer answer."""
        self.permissions.audience_changed()
        self.questions.audience_changed()
