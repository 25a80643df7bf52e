"""Whole turns against an engine in this process, and what they leave in the session."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from sessiond.session.manager import SessionManager
from sessiond_protocol.messages import Message, TextPart
from sessiond_protocol.methods import ChatParams, ChatResult, MessagesParams, SummarizeParams, SummarizeResult
from support.engine import Listener

SECONDS = 60


async def chat(sessions: SessionManager, text: str, listener: Listener | None = None, **more: Any) -> ChatResult:
    turn = await sessions.chat(ChatParams(text=text, **more), listener)
    return await asyncio.wait_for(turn.result(), SECONDS)


async def summarize(sessions: SessionManager, session_id: str, **more: Any) -> SummarizeResult:
    turn = await sessions.summarize(SummarizeParams(session_id, **more))
    return await asyncio.wait_for(turn.result(), SECONDS)


async def all_messages(sessions: SessionManager, session_id: str) -> list[Message]:
    """All of a session, page by page."""
    found: list[Message] = []
    cursor: str | None = None
    while True:
        page = await sessions.messages(MessagesParams(session_id, limit=500, before=cursor))
        found = [*page.messages, *found]
        cursor = page.next_cursor
        if cursor is None:
            return found


async def hears(listener: Listener, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The first event the listener has heard or hears that meets the condition."""
    return await asyncio.wait_for(listener.first(condition), SECONDS)


def text_of(message: Message | None) -> str:
    return "".join(part.text for part in message.parts if isinstance(part, TextPart)) if message else ""


def summaries(messages: Sequence[Message]) -> list[Message]:
    return [message for message in messages if message.summary is not None]
