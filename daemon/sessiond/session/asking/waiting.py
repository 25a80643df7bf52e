"""Requests to the user that wait for an answer, of all sessions. The first answer wins.

Permissions and questions wait by it alike. A session asks here and records what comes of it; clients list and answer
through the manager.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from sessiond_protocol.errors import RpcError

REMEMBERED_ANSWERS = 1000


class Request(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def session_id(self) -> str: ...


class Answer(Protocol):
    @property
    def by(self) -> str:
        """Who gave it: a client by its name, or `policy`."""
        ...


RequestT = TypeVar("RequestT", bound=Request)
AnswerT = TypeVar("AnswerT", bound=Answer)


class _Open(msgspec.Struct, Generic[RequestT, AnswerT], frozen=True, eq=False):
    request: RequestT
    answer: asyncio.Future[AnswerT]


class Waiting(Generic[RequestT, AnswerT]):
    def __init__(self, kind: Literal["permission", "question"]) -> None:
        """`kind` as methods and errors name it."""
        self._kind = kind
        self._open: dict[str, _Open[RequestT, AnswerT]] = {}
        self._answered_by: dict[str, str] = {}
        self._audience_changed = asyncio.Event()

    def requests(self) -> list[RequestT]:
        """Those that wait, oldest first."""
        return [each.request for each in self._open.values()]

    async def answer_to(
        self,
        request: RequestT,
        announce: Callable[[], Awaitable[None]],
        attended: Callable[[], bool],
        patience: float,
        policy: AnswerT,
    ) -> AnswerT:
        """Has the request announced and waits for the answer; cancelled with the call that asks.

        The request waits already when it is announced: whoever hears of it may answer at once.
        `policy` is the answer after `patience` seconds for which `attended` says that no client is there.
        """
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._open[request.id] = _Open(request, answer)
        try:
            await announce()
            while not answer.done():
                if await self._nobody_came(answer, None if attended() else patience):
                    self.answer(request.id, policy)
            return answer.result()
        finally:
            if self._open.pop(request.id, None):
                self._remember(request.id, "engine")

    def find(self, request_id: str) -> RequestT:
        """The request that waits. Raises RpcError `alreadyAnswered {by}`, or `…NotFound` of its kind."""
        if found := self._open.get(request_id):
            return found.request
        if by_whom := self._answered_by.get(request_id):
            raise RpcError.of_kind(
                "alreadyAnswered", f"The question {request_id} has been answered by {by_whom} already.", by=by_whom
            )
        raise RpcError.of_kind(
            f"{self._kind}NotFound",
            f"There is no question {request_id}. `{self._kind}/list` gives those that wait.",
            requestId=request_id,
        )

    def answer(self, request_id: str, answer: AnswerT) -> None:
        """Raises RpcError as `find` does."""
        self.find(request_id)
        self._remember(request_id, answer.by)
        self._open.pop(request_id).answer.set_result(answer)

    def audience_changed(self) -> None:
        """A client came or left: the policy's time counts down anew."""
        self._audience_changed.set()
        self._audience_changed = asyncio.Event()

    async def _nobody_came(self, answer: asyncio.Future[AnswerT], patience: float | None) -> bool:
        """Waits for an answer or a change of audience; True when the time without a client ran out."""
        audience = asyncio.ensure_future(self._audience_changed.wait())
        try:
            done, _ = await asyncio.wait(
                {answer, audience},
                timeout=patience,
                return_when=asyncio.FIRST_COMPLETED,
            )
            return not done
        finally:
            audience.cancel()

    def _remember(self, request_id: str, by: str) -> None:
        self._answered_by[request_id] = by
        if len(self._answered_by) > REMEMBERED_ANSWERS:
            del self._answered_by[next(iter(self._answered_by))]
