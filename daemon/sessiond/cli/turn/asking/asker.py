"""Puts to the person at the terminal whatever a turn asks: leave for a call, or what a tool wants to know.

Used by `answering.py`. Without a terminal nothing is allowed and nothing answered.
"""

from sessiond.cli.turn.asking import permission, question
from sessiond.cli.turn.asking.person import person_at_terminal, say
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.messages import PermissionRequest, QuestionAnswer, QuestionRequest


class Asker:
    """`allow_all` is `--yes`: it allows calls, and answers no question."""

    def __init__(self, *, allow_all: bool) -> None:
        self._allow_all = allow_all

    async def reply_to(
        self, request: PermissionRequest | QuestionRequest
    ) -> PermissionReplyParams | QuestionReplyParams:
        """Waits for the person as long as it takes; cancelled when nobody needs the answer any more."""
        if isinstance(request, QuestionRequest):
            return QuestionReplyParams(request.id, await self._answer(request))
        decision, feedback = await self._decide(request)
        return PermissionReplyParams(request.id, decision, feedback)

    async def _decide(self, request: PermissionRequest) -> permission.Reply:
        if self._allow_all:
            return permission.Reply("allowOnce")
        with person_at_terminal() as person:
            if person is not None:
                return await permission.decide(request, person)
        say(f"Not allowed, since nobody can be asked here: {request.title}. With --yes it would be.")
        return permission.Reply("rejectOnce", "There was nobody at the terminal to ask.")

    async def _answer(self, request: QuestionRequest) -> QuestionAnswer:
        with person_at_terminal() as person:
            if person is not None:
                return await question.answer(request, person)
        say(f"Not answered, since nobody can be asked here: {question.in_one_line(request)}")
        return QuestionAnswer(action="cancel")
