"""Prompts and what becomes of them, in few words: for tests that go through the keeper of sessions."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

from sessiond.session.manager import SessionManager
from sessiond.session.turns.queueing import Queued
from sessiond.session.turns.running import Turn
from sessiond_protocol.messages import TextPart
from sessiond_protocol.methods import ChatParams, ChatResult, CreateParams, MessagesParams
from support.engine import Listener

BOUND = 20
Result = TypeVar("Result")


def waits(gate: str, *, said: str = "So far", then: str = " so good") -> dict[str, Any]:
    """A step that says something and then waits for a gate to open."""
    return {"text": said, "play": [{"waitFor": gate}, {"text": then}]}


class Talk:
    """One session, and a listener that hears it."""

    def __init__(self, sessions: SessionManager, session_id: str, listener: Listener, home: Path) -> None:
        self.sessions = sessions
        self.id = session_id
        self.listener = listener
        self._home = home

    @classmethod
    async def begin(cls, sessions: SessionManager, home: Path) -> "Talk":
        listener = Listener()
        session = await sessions.create(CreateParams(), listener)
        return cls(sessions, session.id, listener, home)

    async def say(self, text: str, **more: Any) -> Turn | Queued:
        return await self.sessions.chat(ChatParams(session_id=self.id, text=text, **more))

    async def queue(self, text: str, **more: Any) -> Queued:
        queued = await self.say(text, when_busy="queue", **more)
        assert isinstance(queued, Queued)
        return queued

    async def steer(self, text: str, **more: Any) -> Queued:
        steered = await self.say(text, when_busy="steer", **more)
        assert isinstance(steered, Queued)
        return steered

    def open(self, gate: str) -> None:
        (self._home / gate).touch()

    async def hears(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The first event of a kind with these values."""
        return await bounded(
            self.listener.first(
                lambda event: event["type"] == kind and all(event.get(name) == fields[name] for name in fields)
            )
        )

    async def waiting(self) -> list[str]:
        """The texts of the prompts that wait, in order."""
        queue = (await self.sessions.queues.list(self.id)).queue
        return ["".join(part.text for part in prompt.parts if isinstance(part, TextPart)) for prompt in queue]

    async def held(self) -> str | None:
        return (await self.sessions.queues.list(self.id)).held

    async def said(self) -> list[tuple[str, str]]:
        """Role and text of each message."""
        page = await self.sessions.messages(MessagesParams(self.id, limit=500))
        return [
            (message.role, "".join(part.text for part in message.parts if isinstance(part, TextPart)))
            for message in page.messages
        ]

    async def turns(self) -> list[list[str]]:
        """The prompts of each turn, in order."""
        prompts: dict[str, list[str]] = {}
        page = await self.sessions.messages(MessagesParams(self.id, limit=500))
        for message in page.messages:
            if message.role == "user":
                texts = [part.text for part in message.parts if isinstance(part, TextPart)]
                prompts.setdefault(message.turn_id, []).extend(texts)
        return list(prompts.values())


async def bounded(waiting: Awaitable[Result]) -> Result:
    return await asyncio.wait_for(waiting, BOUND)


async def result_of(prompted: Turn | Queued) -> ChatResult:
    return await bounded(prompted.result())
