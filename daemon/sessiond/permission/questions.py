"""The permission questions that wait for a user, of all sessions. The first answer wins.

A session asks here and records what comes of it; faces list and answer through the manager.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

from sessiond.permission.rules import Verdict
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Decision, PermissionRequest

REMEMBERED_ANSWERS = 1000


class Answer(msgspec.Struct, frozen=True):
    decision: Decision
    by: str
    feedback: str | None = None


class Unattended(msgspec.Struct, frozen=True):
    """What is answered after `after` seconds without a client."""

    decision: Literal["allow", "deny"] = "deny"
    after: float = 60.0


class _Question(msgspec.Struct, frozen=True, eq=False):
    request: PermissionRequest
    verdict: Callable[[], Verdict]
    answer: asyncio.Future[Answer]


class Questions:
    def __init__(self, unattended: Unattended) -> None:
        self._unattended = unattended
        self._waiting: dict[str, _Question] = {}
        self._answered_by: dict[str, str] = {}
        self._ruled_by = "rules"
        """Who gave the last answer that left a rule."""
        self._audience_changed = asyncio.Event()

    def waiting(self) -> list[PermissionRequest]:
        """The open questions, oldest first."""
        return [question.request for question in self._waiting.values()]

    async def answer_to(
        self,
        request: PermissionRequest,
        verdict: Callable[[], Verdict],
        announce: Callable[[], Awaitable[None]],
        attended: Callable[[], bool],
    ) -> Answer:
        """Has the question announced and waits for the answer; cancelled with the turn that asks.

        The question waits already when it is announced: whoever hears of it may answer at once.
        `verdict` is what the rules say of it at the moment; it is called in a thread.
        While `attended` says that no client is there the unattended policy counts down.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        question = self._waiting[request.id] = _Question(request, verdict, answer)
        try:
            await announce()
            await self._reconsider(question)  # a rule may have been saved since the question was thought of
            while not answer.done():
                if await self._nobody_came(answer, attended()):
                    self._settle(request.id, self._policy())
            return answer.result()
        finally:
            if self._waiting.pop(request.id, None):
                self._remember(request.id, "engine")

    def find(self, request_id: str) -> PermissionRequest:
        """The question that waits. Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`."""
        if question := self._waiting.get(request_id):
            return question.request
        if by_whom := self._answered_by.get(request_id):
            raise RpcError.of_kind(
                "alreadyAnswered", f"The question {request_id} has been answered by {by_whom} already.", by=by_whom
            )
        raise RpcError.of_kind(
            "permissionNotFound",
            f"There is no question {request_id}. `permission/list` gives those that wait.",
            requestId=request_id,
        )

    def answer(self, request_id: str, answer: Answer) -> None:
        """Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`."""
        self.find(request_id)
        self._settle(request_id, answer)

    async def rules_changed(self) -> None:
        """Answers every question that an always-answer has made needless, of whatever session, in the same name."""
        for question in list(self._waiting.values()):
            await self._reconsider(question)

    def audience_changed(self) -> None:
        """A client came or left: the countdown of the unattended policy starts anew."""
        self._audience_changed.set()
        self._audience_changed = asyncio.Event()

    async def _reconsider(self, question: _Question) -> None:
        verdict = await asyncio.to_thread(question.verdict)
        still_waits = self._waiting.get(question.request.id) is question
        if verdict != "ask" and still_waits:
            self._settle(question.request.id, by_the_rules(verdict, self._ruled_by))

    async def _nobody_came(self, answer: asyncio.Future[Answer], attended: bool) -> bool:
        """Waits for an answer or a change of audience; True when the unattended time ran out."""
        audience = asyncio.ensure_future(self._audience_changed.wait())
        try:
            done, _ = await asyncio.wait(
                {answer, audience},
                timeout=None if attended else self._unattended.after,
                return_when=asyncio.FIRST_COMPLETED,
            )
            return not done
        finally:
            audience.cancel()

    def _settle(self, request_id: str, answer: Answer) -> None:
        question = self._waiting.pop(request_id)
        if answer.decision in ("allowAlways", "rejectAlways"):
            self._ruled_by = answer.by
        self._remember(request_id, answer.by)
        question.answer.set_result(answer)

    def _remember(self, request_id: str, by: str) -> None:
        self._answered_by[request_id] = by
        if len(self._answered_by) > REMEMBERED_ANSWERS:
            del self._answered_by[next(iter(self._answered_by))]

    def _policy(self) -> Answer:
        nobody = f"Nobody was there to answer within {self._unattended.after:g} s."
        if self._unattended.decision == "allow":
            return Answer("allowOnce", "policy", f"{nobody} The settings allow it then.")
        return Answer("rejectOnce", "policy", nobody)


def by_the_rules(verdict: Verdict, by: str) -> Answer:
    """The answer to a question that a saved rule has made needless."""
    if verdict == "allow":
        return Answer("allowOnce", by)
    return Answer("rejectOnce", by, "A rule that was saved meanwhile denies it.")
