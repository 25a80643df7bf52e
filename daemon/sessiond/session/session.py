"""One session while it is in memory: `record` is the only way anything in it changes.

Held by the keeper; the engine thinks through it as its `Conversation`; clients hear of it as
subscribers and are never waited for.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Literal, TypeAlias

import msgspec

from sessiond.engine.conversation import Refused, TurnOutcome
from sessiond.engine.identifiers import now
from sessiond.engine.plan import TurnPlan, Unattended
from sessiond.engine.window.trimmed import Trimmed
from sessiond.permission.rules import Verdict
from sessiond.session.asking.permissions import REJECTED, refusal
from sessiond.session.asking.unanswered import NOBODY_CAME, NOBODY_CHOSE, Answered, Unanswered
from sessiond.session.ending.closing import closing_events
from sessiond.session.lineage import Lineage
from sessiond.session.open_part import OpenPart
from sessiond.session.queue.awaited import Awaited
from sessiond.session.queue.prompts import steered
from sessiond.session.subscribers import Subscriber
from sessiond.session.transcript import Transcript, fold, number
from sessiond.storage.base import Draft, StorageFailed, Store
from sessiond.tools.base import Delegated
from sessiond.tools.files.seen import seen_in
from sessiond.uncancelled import uncancelled
from sessiond_protocol import events as e
from sessiond_protocol.course.subscribing import OpenText
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import (
    ContextUse,
    Message,
    PermissionRequest,
    QuestionAnswer,
    QuestionRequest,
    Todo,
    ToolPart,
)

Delegate: TypeAlias = "Callable[[Session, str, str, TurnPlan, Callable[[str], None]], Awaitable[Delegated]]"
"""Runs a task of a session in a child of it: `delegation.py`."""


class Session:
    """Fits `engine.conversation.Conversation`."""

    def __init__(
        self, transcript: Transcript, store: Store, unanswered: Unanswered, lineage: Lineage, delegate: Delegate
    ) -> None:
        self.transcript = transcript
        self.lineage = lineage
        self.subscribers: set[Subscriber] = set()
        self.overhearing: set[Callable[[e.DurableEvent], None]] = set()
        """Told of what is recorded; unlike subscribers they are nobody who could answer a question."""
        self.seen = seen_in(transcript.messages.values())
        self.context: ContextUse | None = None
        """How full the context was at the last model call since the session was opened."""
        self.unattended = Unattended()
        """What the running turn's settings say of questions that nobody is there to answer."""
        self.starting = asyncio.Lock()
        """Held while a turn is begun, so that who comes second finds it running."""
        self.awaited = Awaited()
        self._store = store
        self._unanswered = unanswered
        self._delegate = delegate
        self._recording = asyncio.Lock()
        self.deleted = False
        """Nothing is to be found here any more."""
        self._open: dict[str, OpenPart] = {}
        self._drafts: dict[str, Draft] = {}

    @property
    def id(self) -> str:
        return self.transcript.session.id

    @property
    def directory(self) -> str:
        return self.transcript.session.directory

    @property
    def messages(self) -> Sequence[Message]:
        return list(self.transcript.messages.values())

    @property
    def trimmed(self) -> Trimmed:
        return self.transcript.trimmed

    @property
    def todos(self) -> list[Todo]:
        return list(self.transcript.todos)

    def message(self, message_id: str) -> Message:
        """Raises RpcError `messageNotFound`."""
        message = self.transcript.messages.get(message_id)
        if message is None:
            raise RpcError.of_kind(
                "messageNotFound", f"The session {self.id} has no message {message_id!r}.", messageId=message_id
            )
        return message

    def look_again(self) -> None:
        """What it has seen of files is what its messages say."""
        self.seen = seen_in(self.messages)

    async def record(self, *events: e.DurableEvent, sync: bool = False) -> None:
        """Commits, folds and publishes, in that order. Raises StorageFailed; then nothing has changed."""
        async with self._recording:
            await self._commit(events, sync=sync)

    async def record_from(
        self, events: Callable[[Transcript], Sequence[e.DurableEvent]], *, sync: bool = False
    ) -> None:
        """Records what follows from the transcript as it is then: nothing else is recorded in between."""
        async with self._recording:
            if made := events(self.transcript):
                await self._commit(made, sync=sync)

    async def change(self, **settings: object) -> None:
        """Records new settings (`title`, `model`, `archived`) beside whatever else is being recorded."""

        def changed(transcript: Transcript) -> Sequence[e.DurableEvent]:
            session = msgspec.structs.replace(transcript.session, **settings, updated_at=now())
            return [e.SessionUpdated(session=session)]

        await self.record_from(changed)

    async def delete(self) -> None:
        """Tells everyone and then forgets it all; whoever comes later finds no session."""
        async with self._recording:
            await self._commit((e.SessionDeleted(session=self.transcript.session),))
            self.deleted = True
            await uncancelled(self._store.delete(self.id))

    async def _commit(self, events: Sequence[e.DurableEvent], *, sync: bool = False) -> None:
        """What is committed is folded and published, even when whoever waits here is cancelled."""
        if self.deleted:
            raise session_not_found(self.id)
        commit = self._store.append(number(self.transcript, events), events, sync=sync)
        commit.add_done_callback(partial(self._take_in, events))
        await uncancelled(commit)

    def _take_in(self, events: Sequence[e.DurableEvent], commit: "asyncio.Future[list[bytes]]") -> None:
        if commit.exception() is not None:
            return
        for event, json in zip(events, commit.result(), strict=True):
            fold(self.transcript, event)
            for subscriber in self.subscribers:
                subscriber.durable(self.id, event.seq, json)
            for overhear in self.overhearing:
                overhear(event)
            match event:
                case e.PartStarted():
                    self._open_text(event)
                case e.PartEnded():
                    self._close_text(event.part.id)
                case e.QueueChanged():
                    self.awaited.settle(self.transcript)
                case e.SessionDeleted():
                    self.awaited.fail(session_not_found(self.id))
                case e.PermissionAsked() | e.PermissionReplied() | e.QuestionAsked() | e.QuestionAnswered():
                    self.lineage.relay(event)
                case _:
                    pass

    def _open_text(self, started: e.PartStarted) -> None:
        """Part of the record: a subscriber that comes now must learn of the text, empty as it is."""
        part_id = started.part.id
        field: Literal["text", "input"] = "input" if isinstance(started.part, ToolPart) else "text"
        self._open[part_id] = OpenPart(started.message_id, part_id, field)
        if field == "text":
            self._drafts[part_id] = self._store.draft(self.id, part_id)

    def grow(self, part_id: str, text: str) -> None:
        part = self._open[part_id]
        part.append(text)
        if draft := self._drafts.get(part_id):
            draft.append(text)
        for subscriber in self.subscribers:
            subscriber.grown(self.id, part)

    def text_of(self, part_id: str) -> str:
        return self._open[part_id].text()

    def _close_text(self, part_id: str) -> None:
        self._open.pop(part_id, None)
        if draft := self._drafts.pop(part_id, None):
            draft.discard()

    def open_texts(self) -> list[OpenText]:
        """What a new subscriber must know to make sense of the deltas that follow."""
        return [
            OpenText(message_id=part.message_id, part_id=part.part_id, field=part.field, text=part.text())
            for part in self._open.values()
        ]

    @property
    def is_steered(self) -> bool:
        return any(prompt.mode == "steer" for prompt in self.transcript.queue)

    async def take_steering(self, turn_id: str) -> None:
        if self.is_steered:
            await self.record_from(lambda transcript: steered(transcript, turn_id), sync=True)

    def say(self, event: e.LiveEvent) -> None:
        event.at = now()
        if isinstance(event, e.ContextFilled):
            self.context = ContextUse(used=event.used, limit=event.limit, compacts_at=event.compacts_at)
        for subscriber in self.subscribers:
            subscriber.live(self.id, event)

    async def ask(self, request: PermissionRequest, verdict: Callable[[], Verdict]) -> None:
        """Records the question, waits for its answer and records that. Raises Refused."""
        announce = partial(self._announce, e.PermissionAsked(request=request), request.title)
        waiting = self._unanswered.permissions
        decided = await waiting.decision_on(request, verdict, announce, self._is_attended, self.unattended)
        await self.record(
            e.PermissionReplied(
                request_id=request.id, decision=decided.decision, by=decided.by, feedback=decided.feedback
            )
        )
        self.say(e.Status(state="running"))
        if decided.decision in REJECTED:
            raise Refused(refusal(request.tool, decided))

    async def inquire(self, request: QuestionRequest) -> QuestionAnswer:
        """Records the question, waits for its answer and records that."""
        announce = partial(self._announce, e.QuestionAsked(request=request), f"{request.source} asks")
        try:
            waiting = self._unanswered.questions
            patience = self.unattended.after
            answered = await waiting.answer_to(request, announce, self._is_attended, patience, NOBODY_CAME)
            await self._close_question(request, answered)
        except asyncio.CancelledError:  # the call has ended, and the turn may go on
            with suppress(StorageFailed):  # then the end of the turn closes it
                await uncancelled(self._close_question(request, Answered(NOBODY_CHOSE, "engine")))
            raise
        return answered.answer

    async def _close_question(self, request: QuestionRequest, answered: Answered) -> None:
        if request.id in self.transcript.questions:
            await self.record(e.QuestionAnswered(request_id=request.id, answer=answered.answer, by=answered.by))
            self.say(e.Status(state="running"))

    async def _announce(self, asked: e.DurableEvent, reason: str) -> None:
        await self.record(asked)
        self.say(e.Status(state="waiting", reason=reason))

    def _is_attended(self) -> bool:
        return any(subscriber.answers for subscriber in self.subscribers) or self.lineage.is_attended()

    async def delegate(self, title: str, prompt: str, plan: TurnPlan, progress: Callable[[str], None]) -> Delegated:
        return await self._delegate(self, title, prompt, plan, progress)

    async def end_turn(self, turn_id: str, outcome: TurnOutcome) -> None:
        def closing(transcript: Transcript) -> Sequence[e.DurableEvent]:
            texts = {part.part_id: part.text() for part in self._open.values() if part.field == "text"}
            return closing_events(transcript, turn_id, outcome, texts)

        try:
            await self.record_from(closing, sync=True)
        finally:
            self.say(e.Status(state="idle"))


def session_not_found(session_id: str) -> RpcError:
    return RpcError.of_kind(
        "sessionNotFound",
        f"There is no session {session_id!r}. `session/list`, or `sessiond sessions`, gives those there are.",
        sessionId=session_id,
    )
