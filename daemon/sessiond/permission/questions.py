"""The permission questions that wait for a user, of all sessions. The first answer wins.

A session asks here and records what comes of it; faces list and answer through the manager.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

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


class Questions:
    def __init__(self, unattended: Unattended) -> None:
        self._unattended = unattended
        self._waiting: dict[str, tuple[PermissionRequest, asyncio.Future[Answer]]] = {}
        self._answered_by: dict[str, str] = {}
        self._audience_changed = asyncio.Event()

    def waiting(self, session_id: str | None = None) -> list[PermissionRequest]:
        """The open questions, oldest first."""
        requests = (request for request, _ in self._waiting.values())
        return [request for request in requests if session_id in (None, request.session_id)]

    async def answer_to(
        self, request: PermissionRequest, announce: Callable[[], Awaitable[None]], attended: Callable[[], bool]
    ) -> Answer:
        """Has the question announced and waits for the answer; cancelled with the turn that asks.

        The question waits already when it is announced: whoever hears of it may answer at once.
        While `attended` says that no client is there the unattended policy counts down.
        """
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[request.id] = (request, answer)
        try:
            await announce()
            while not answer.done():
                if await self._nobody_came(answer, attended()):
                    self._settle(request.id, self._policy())
            return answer.result()
        finally:
            if self._waiting.pop(request.id, None):
                self._remember(request.id, "engine")

    def answer(self, request_id: str, decision: Decision, by: str, feedback: str | None) -> PermissionRequest:
        """Gives an answer; the question it answered is returned.

        Raises RpcError `alreadyAnswered {by}` or `permissionNotFound`.
        """
        if request_id in self._waiting:
            return self._settle(request_id, Answer(decision, by, feedback))
        if by_whom := self._answered_by.get(request_id):
            raise RpcError.of_kind(
                "alreadyAnswered", f"The question {request_id} has been answered by {by_whom} already.", by=by_whom
            )
        raise RpcError.of_kind(
            "permissionNotFound",
            f"There is no question {request_id}. `permission/list` gives those that wait.",
            requestId=request_id,
        )

    def audience_changed(self) -> None:
        """A client came or left: the countdown of the unattended policy starts anew."""
        self._audience_changed.set()
        self._audience_changed = asyncio.Event()

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

    def _settle(self, request_id: str, answer: Answer) -> PermissionRequest:
        request, future = self._waiting.pop(request_id)
        self._remember(request_id, answer.by)
        future.set_result(answer)
        return request

    def _remember(self, request_id: str, by: str) -> None:
        self._answered_by[request_id] = by
        if len(self._answered_by) > REMEMBERED_ANSWERS:
            del self._answered_by[next(iter(self._answered_by))]

    def _policy(self) -> Answer:
        if self._unattended.decision == "allow":
            return Answer("allowOnce", "policy")
        text = f"Nobody was there to answer within {self._unattended.after:g} s."
        return Answer("rejectOnce", "policy", text)
