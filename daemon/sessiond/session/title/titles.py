"""Names sessions: with their first prompt by its own words, and after its turn by what the small model says.

Held by the keeper. Tasks of its own do the second, and `close` awaits them; whatever fails in them leaves
the title as it is.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import msgspec

from sessiond.engine.identifiers import now
from sessiond.engine.one_answer import OneAnswer
from sessiond.engine.plan import ModelChoice
from sessiond.providers.base import ProviderError
from sessiond.session.made.new_session import is_unnamed
from sessiond.session.session import Session
from sessiond.session.title.traffic import Traffic
from sessiond.session.title.words import title_of_answer, title_of_prompt
from sessiond.session.transcript import Transcript, session_after
from sessiond.session.turns.prompt import prompt_parts
from sessiond.session.turns.workplace import Namer
from sessiond_protocol import events as e
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Message, Part, TextPart
from sessiond_protocol.methods import ChatParams

TRIES = 3
"""How often a turn of the same provider may interrupt a title before it is left alone."""
SECONDS = 60.0
"""That one try may take."""

log = logging.getLogger(__name__)


class _Wanted(NamedTuple):
    prompt: str
    so_far: str
    """The title until there is a better one; another one is the user's."""
    namer: Namer


class Titles:
    def __init__(self) -> None:
        self.traffic = Traffic()
        self._wanted: dict[str, _Wanted] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def of_prompt(self, params: ChatParams) -> str | None:
        """The title of a session that is made for this prompt; None where it has no words."""
        return title_of_prompt(_text(prompt_parts(params)))

    def want(self, session_id: str, params: ChatParams, namer: Namer | None) -> None:
        """The session has the title of this prompt only, and may get a better one."""
        self._want(session_id, _text(prompt_parts(params)), namer)

    def with_prompt(
        self, transcript: Transcript, started: e.TurnStarted, prompt: Message, namer: Namer | None
    ) -> list[e.DurableEvent]:
        """What is recorded beside the first prompt of a session without a name: the title that it gives."""
        unnamed = transcript.session
        text = _text(prompt.parts)
        title = title_of_prompt(text)
        if title is None or unnamed.parent_id is not None or not is_unnamed(unnamed):
            return []
        self._want(unnamed.id, text, namer)
        named = msgspec.structs.replace(unnamed, title=title, turn_id=started.turn_id, updated_at=now())
        return [e.SessionUpdated(session=named)]

    def given(self, session_id: str) -> None:
        """The user has given a title: no other is wanted any more."""
        self._wanted.pop(session_id, None)

    def forget(self, session_id: str) -> None:
        """The session is deleted: nobody is asked for its title any longer."""
        self.given(session_id)
        if task := self._tasks.get(session_id):
            task.cancel()

    def turn_ended(self, session: Session) -> None:
        if session.id in self._wanted and session.id not in self._tasks:
            task = asyncio.create_task(self._improve(session), name=f"title of {session.id}")
            self._tasks[session.id] = task
            task.add_done_callback(lambda _: self._tasks.pop(session.id, None))

    async def settled(self, seconds: float) -> None:
        """Waits, so long at most, until no title is being asked for; for those who would end the process now."""
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=seconds)

    async def close(self) -> None:
        """Ends what is still being asked; the titles stay as they are."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _want(self, session_id: str, prompt: str, namer: Namer | None) -> None:
        title = title_of_prompt(prompt)
        if title is not None and namer is not None:
            self._wanted[session_id] = _Wanted(prompt, title, namer)

    async def _improve(self, session: Session) -> None:
        if (wanted := self._wanted.get(session.id)) is None:
            return
        try:
            model = await wanted.namer.choose()
            answer = await self._answer(wanted.namer, model, session.id)
            if answer is not None:
                await session.record_from(lambda transcript: self._news(transcript, model, answer))
        except (RpcError, ProviderError, TimeoutError) as error:
            log.info("no title for %s: %s", session.id, error)
        finally:
            self._wanted.pop(session.id, None)

    async def _answer(self, asked: Namer, model: ModelChoice, session_id: str) -> OneAnswer | None:
        """Gives way to every turn that begins with the same provider meanwhile, and asks anew after it."""
        for _ in range(TRIES):
            await self.traffic.until(model.provider, busy=False)
            if (wanted := self._wanted.get(session_id)) is None:
                return None
            async with asyncio.timeout(SECONDS):
                if (answer := await self._unless_busy(asked, model, wanted.prompt)) is not None:
                    return answer
        return None

    async def _unless_busy(self, asked: Namer, model: ModelChoice, prompt: str) -> OneAnswer | None:
        answer = asyncio.create_task(asked.ask(model, prompt))
        busy = asyncio.create_task(self.traffic.until(model.provider, busy=True))
        try:
            await asyncio.wait((answer, busy), return_when=asyncio.FIRST_COMPLETED)
            return answer.result() if answer.done() else None
        finally:
            await _ended(answer, busy)

    def _news(self, transcript: Transcript, model: ModelChoice, answer: OneAnswer) -> list[e.DurableEvent]:
        """What the asking has cost, and the title if it is still wanted. Called while nothing else is recorded."""
        spent = e.UsageAdded(purpose="title", model=model.id, usage=answer.usage, cost=answer.cost)
        session = session_after(transcript.session, spent)
        wanted, title = self._wanted.get(session.id), title_of_answer(answer.text)
        if title is None or wanted is None or session.title != wanted.so_far or title == session.title:
            return [spent]
        return [spent, e.SessionUpdated(session=msgspec.structs.replace(session, title=title, updated_at=now()))]


def _text(parts: Sequence[Part]) -> str:
    return "\n".join(part.text for part in parts if isinstance(part, TextPart))


async def _ended(*tasks: "asyncio.Task[object]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    for task in tasks:
        with suppress(asyncio.CancelledError, ProviderError):
            task.result()
