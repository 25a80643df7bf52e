"""The permission questions that wait. A rule that an answer has saved answers them as well.

Asked by the session on behalf of `engine/calls/leave.py`; `answering/permissions.py` answers.
"""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from sessiond.config.errors import sentence
from sessiond.engine.plan import Unattended
from sessiond.permission.rules import Verdict
from sessiond.session.asking.waiting import Waiting
from sessiond_protocol.messages import Decision, PermissionRequest

ALWAYS = ("allowAlways", "rejectAlways")
REJECTED = ("rejectOnce", "rejectAlways")


class Decided(msgspec.Struct, frozen=True):
    decision: Decision
    by: str
    feedback: str | None = None


class WaitingPermissions(Waiting[PermissionRequest, Decided]):
    def __init__(self) -> None:
        super().__init__("permission")
        self._verdicts: dict[str, Callable[[], Verdict]] = {}
        self._ruled_by = "rules"
        """Who gave the last answer that left a rule."""

    async def decision_on(
        self,
        request: PermissionRequest,
        verdict: Callable[[], Verdict],
        announce: Callable[[], Awaitable[None]],
        attended: Callable[[], bool],
        unattended: Unattended,
    ) -> Decided:
        """`answer_to`, with what the rules say of it at the moment; `verdict` is called in a thread."""

        async def announce_and_reconsider() -> None:
            await announce()
            await self._reconsider(request.id)  # a rule may have been saved since the question was thought of

        self._verdicts[request.id] = verdict
        try:
            otherwise = by_the_policy(unattended)
            return await self.answer_to(request, announce_and_reconsider, attended, unattended.after, otherwise)
        finally:
            del self._verdicts[request.id]

    def answer(self, request_id: str, answer: Decided) -> None:
        super().answer(request_id, answer)
        if answer.decision in ALWAYS:
            self._ruled_by = answer.by

    async def rules_changed(self) -> None:
        """Answers every question that an always-answer has made needless, of whatever session, in the same name."""
        for request in self.requests():
            await self._reconsider(request.id)

    async def _reconsider(self, request_id: str) -> None:
        """What has been answered meanwhile stays so."""
        if request_id not in self._open:
            return
        verdict = await asyncio.to_thread(self._verdicts[request_id])
        if verdict != "ask" and request_id in self._open:
            self.answer(request_id, by_the_rules(verdict, self._ruled_by))


def by_the_policy(unattended: Unattended) -> Decided:
    nobody = f"Nobody was there to answer within {unattended.after:g} s."
    if unattended.decision == "allow":
        return Decided("allowOnce", "policy", f"{nobody} The settings allow it then.")
    return Decided("rejectOnce", "policy", nobody)


def by_the_rules(verdict: Verdict, by: str) -> Decided:
    """The answer to a question that a saved rule has made needless."""
    if verdict == "allow":
        return Decided("allowOnce", by)
    return Decided("rejectOnce", by, "A rule that was saved meanwhile denies it.")


def refusal(tool: str, decided: Decided) -> str:
    """What the model reads when a call was not allowed."""
    said = f" They said: {sentence(decided.feedback)}" if decided.feedback else ""
    who = "The user" if decided.by != "policy" else "The policy for an absent user"
    return f"{who} did not allow this call of {tool}.{said} Do not try it again in another way."
