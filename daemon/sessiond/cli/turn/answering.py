"""Has what a turn asks answered, one after the other, and nothing that has been answered meanwhile.

Run by `drive.py` beside the turn.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from sessiond.cli.turn.asker import Asker
from sessiond.cli.turn.listener import Listener
from sessiond.cli.turn.person import say
from sessiond.session.manager import SessionManager
from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.asking.questions import QuestionReplyParams
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import PermissionRequest, QuestionRequest

Result = TypeVar("Result")


async def answer_all(manager: SessionManager, listener: Listener, asker: Asker) -> None:
    """Never returns. Raises RpcError when an answer cannot be given."""
    while True:
        asked = await listener.asked.get()
        if not _waits(manager, asked.request):  # an always-answer has settled it as well
            continue
        reply = await _unless(asked.settled, asker.reply_to(asked.request))
        if reply is None:
            say("\nNobody waits for this answer any more.")
        else:
            await _give(manager, reply, listener.name)


def _waits(manager: SessionManager, request: PermissionRequest | QuestionRequest) -> bool:
    return request in manager.permissions(None).permissions or request in manager.questions(None).questions


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


async def _give(manager: SessionManager, reply: PermissionReplyParams | QuestionReplyParams, by: str) -> None:
    try:
        if isinstance(reply, PermissionReplyParams):
            await manager.reply(reply, by=by)
        else:
            manager.answer(reply, by=by)
    except RpcError as error:
        if error.data["kind"] != "alreadyAnswered":
            raise
