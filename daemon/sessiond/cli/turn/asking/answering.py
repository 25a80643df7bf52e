"""Has what a turn asks answered, one after the other, and nothing that has been answered meanwhile.

Run by `drive.py` beside the turn.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sessiond.cli.client.client import Client
from sessiond.cli.turn.asking.asker import Asker
from sessiond.cli.turn.asking.person import say
from sessiond.cli.turn.listener import Asked, Listener
from sessiond_protocol.asking.permissions import (
    PermissionListParams,
    PermissionListResult,
    PermissionReplyParams,
    PermissionReplyResult,
)
from sessiond_protocol.asking.questions import (
    QuestionListParams,
    QuestionListResult,
    QuestionReplyParams,
    QuestionReplyResult,
)
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import PermissionRequest, QuestionRequest

Result = TypeVar("Result")

SETTLED = {"alreadyAnswered", "permissionNotFound", "questionNotFound", "engineLost"}
"""Kinds of errors that say: nobody waits for this answer any more."""


async def answer_all(client: Client, listener: Listener, asker: Asker) -> None:
    """Never returns. Raises RpcError when an answer cannot be given."""
    while True:
        asked = await listener.asked.get()
        try:
            await _have_answered(client, asked, asker)
        except RpcError as error:
            if error.data["kind"] not in SETTLED:
                raise


async def _have_answered(client: Client, asked: Asked, asker: Asker) -> None:
    if asked.settled.is_set() or not await _waits(client, asked.request):  # an always-answer has settled it as well
        return
    reply = await _unless(asked.settled, asker.reply_to(asked.request))
    match reply:
        case PermissionReplyParams():
            await client.call("permission/reply", reply, PermissionReplyResult)
        case QuestionReplyParams():
            await client.call("question/reply", reply, QuestionReplyResult)
        case None:
            say("\nNobody waits for this answer any more.")


async def _waits(client: Client, request: PermissionRequest | QuestionRequest) -> bool:
    if isinstance(request, PermissionRequest):
        asked = await client.call("permission/list", PermissionListParams(), PermissionListResult)
        return any(waiting.id == request.id for waiting in asked.permissions)
    wanted = await client.call("question/list", QuestionListParams(), QuestionListResult)
    return any(waiting.id == request.id for waiting in wanted.questions)


async def _unless(settled: asyncio.Event, work: Coroutine[Any, Any, Result]) -> Result | None:
    """The result of the work; it is cancelled when the event comes first."""
    working, settling = asyncio.create_task(work), asyncio.create_task(settled.wait())
    try:
        await asyncio.wait((working, settling), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        settling.cancel()
        await asyncio.wait((working, settling))
