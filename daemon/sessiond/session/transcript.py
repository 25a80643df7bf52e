"""What a log says: `fold` takes one durable event into the transcript, and nothing else changes it.

Replay after a crash, a page of history and the running turn all read the same transcript.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from sessiond.engine.cost import add_told, total
from sessiond.engine.identifiers import now
from sessiond.engine.window.trimmed import Trimmed
from sessiond_protocol import events as e
from sessiond_protocol.course.branches import RevertedFile
from sessiond_protocol.course.queue import QueuedPrompt
from sessiond_protocol.messages import Message, Part, PermissionRequest, QuestionRequest, Session, Todo, ToolPart, Usage


class Transcript:
    """A session as its events have made it. Owned by one session; read by anyone on the loop."""

    __slots__ = (
        "ended_turns",
        "held",
        "hidden",
        "messages",
        "open_messages",
        "open_parts",
        "permissions",
        "prompts",
        "questions",
        "queue",
        "reverted",
        "seq",
        "session",
        "todos",
        "trimmed",
        "withdrawn",
    )

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seq = 0
        self.messages: dict[str, Message] = {}
        self.open_messages: dict[str, Message] = {}
        self.open_parts: dict[str, str] = {}
        """The message id of each part that has started and not ended."""
        self.permissions: dict[str, PermissionRequest] = {}
        """Those that wait; `questions` likewise."""
        self.questions: dict[str, QuestionRequest] = {}
        self.ended_turns: dict[str, e.TurnEnded] = {}
        self.todos: list[Todo] = []
        self.trimmed = Trimmed()
        """The tool outputs that the model no longer gets."""
        self.prompts: dict[str, str] = {}
        """The turn of every prompt there has ever been, by the id of its message."""
        self.queue: list[QueuedPrompt] = []
        self.held: str | None = None
        """Why the queue does not go on by itself."""
        self.withdrawn: set[str] = set()
        """Prompts that have left the queue without a turn."""
        self.hidden: dict[str, Message] = {}
        """Messages that were taken back, until a prompt seals it; they stand behind all others."""
        self.reverted: Reverted | None = None


class Reverted(msgspec.Struct):
    """What an unrevert brings again beside the hidden messages."""

    todos: list[Todo]
    files: dict[str, RevertedFile]
    """By path, those that were put back: from what they were at first to what they became last."""


def fold(transcript: Transcript, event: e.DurableEvent) -> None:
    """Takes one event in. Deterministic, total and free of I/O: no order of events makes it raise.

    It changes the transcript in place, so that taking in n events costs n, not n squared.
    """
    transcript.seq = event.seq
    if take := _TAKES.get(type(event)):
        take(transcript, event)


def fold_all(transcript: Transcript, events: Iterable[e.DurableEvent]) -> Transcript:
    """The transcript with all of the events taken in."""
    for event in events:
        fold(transcript, event)
    return transcript


def session_after(session: Session, event: e.DurableEvent) -> Session:
    """The session's own settings and totals after one event. Pure."""
    match event:
        case e.SessionCreated() | e.SessionDeleted():
            return event.session
        case e.SessionUpdated():  # settings; totals, the running turn and what it asks are the log's to say
            changes = {name: getattr(session, name) for name in ("turn_id", "waiting", "usage", "cost")}
            session = event.session
        case e.TurnStarted():
            changes = {"turn_id": event.turn_id, "updated_at": event.at}
        case e.TurnEnded():
            changes = _spent(session, event) | {"turn_id": None, "updated_at": event.at}
        case e.UsageAdded():
            changes = _spent(session, event)
        case e.PermissionAsked() | e.QuestionAsked():
            changes = {"waiting": session.waiting + 1}
        case e.PermissionReplied() | e.QuestionAnswered():
            changes = {"waiting": max(0, session.waiting - 1)}
        case _:
            return session
    return msgspec.structs.replace(session, **changes)


def _spent(session: Session, event: e.TurnEnded | e.UsageAdded) -> dict[str, Any]:
    usage, cost = add_told(session.usage, session.cost, event.usage, event.cost)
    return {"usage": usage, "cost": cost}


def number(transcript: Transcript, events: Sequence[e.DurableEvent]) -> Session:
    """Gives events that are to be recorded their `seq` and `at`; the session as it will be after them."""
    session, at = transcript.session, now()
    for seq, event in enumerate(events, transcript.seq + 1):
        event.seq, event.at = seq, at
        session = session_after(session, event)
    return session


def turn_totals(
    transcript: Transcript, turn_id: str, *unended: tuple[Usage, Decimal | None]
) -> tuple[Usage, Decimal | None]:
    """Tokens and cost of a turn's model calls that have ended, and of those given."""
    calls = [*unended]
    for message in reversed(transcript.messages.values()):
        if message.turn_id != turn_id:
            break
        if message.usage is not None:
            calls.append((message.usage, message.cost))
    return total(calls)


def last_answer(transcript: Transcript, turn_id: str, *, summary: bool = False) -> Message | None:
    """The last assistant message of a turn; or the last of its summaries, which are no answers."""
    for message in reversed(transcript.messages.values()):
        if message.turn_id == turn_id and message.role == "assistant" and (message.summary is not None) == summary:
            return message
    return None


def _change_session(transcript: Transcript, event: e.DurableEvent) -> None:
    transcript.session = session_after(transcript.session, event)


def _end_turn(transcript: Transcript, event: e.TurnEnded) -> None:
    transcript.session = session_after(transcript.session, event)
    transcript.ended_turns[event.turn_id] = event


def _add_message(transcript: Transcript, event: e.MessageAdded) -> None:
    message = event.message
    transcript.messages[message.id] = message
    if message.role == "assistant" and message.finish_reason is None:
        transcript.open_messages[message.id] = message
    elif message.role == "user":
        transcript.prompts[message.id] = message.turn_id


def _end_message(transcript: Transcript, event: e.MessageEnded) -> None:
    if message := transcript.open_messages.pop(event.message_id, None):
        message.usage, message.cost = event.usage, event.cost
        message.finish_reason, message.error = event.finish_reason, event.error


def _start_part(transcript: Transcript, event: e.PartStarted) -> None:
    if message := transcript.messages.get(event.message_id):
        message.parts.append(event.part)
        transcript.open_parts[event.part.id] = message.id


def _end_part(transcript: Transcript, event: e.PartEnded) -> None:
    transcript.open_parts.pop(event.part.id, None)
    if message := transcript.messages.get(event.message_id):
        _replace_part(message, event.part)


def _change_tool(transcript: Transcript, event: e.ToolChanged) -> None:
    if message := transcript.messages.get(event.message_id):
        for part in message.parts:
            if part.id == event.part_id and isinstance(part, ToolPart):
                part.state = event.state


def _ask_permission(transcript: Transcript, event: e.PermissionAsked) -> None:
    _change_session(transcript, event)
    transcript.permissions[event.request.id] = event.request


def _reply(transcript: Transcript, event: e.PermissionReplied) -> None:
    _change_session(transcript, event)
    transcript.permissions.pop(event.request_id, None)


def _ask_question(transcript: Transcript, event: e.QuestionAsked) -> None:
    _change_session(transcript, event)
    transcript.questions[event.request.id] = event.request


def _answer(transcript: Transcript, event: e.QuestionAnswered) -> None:
    _change_session(transcript, event)
    transcript.questions.pop(event.request_id, None)


def _change_todos(transcript: Transcript, event: e.TodoChanged) -> None:
    transcript.todos = event.todos


def _change_queue(transcript: Transcript, event: e.QueueChanged) -> None:
    left = {prompt.id for prompt in transcript.queue} - {prompt.id for prompt in event.queue}
    transcript.withdrawn |= left - transcript.prompts.keys()
    transcript.queue, transcript.held = event.queue, event.held


def _revert(transcript: Transcript, event: e.SessionReverted) -> None:
    reverted = transcript.reverted = transcript.reverted or Reverted(transcript.todos, {})
    for file in event.files:
        if file.outcome != "kept":
            first = reverted.files.get(file.path, file)
            reverted.files[file.path] = msgspec.structs.replace(file, before=first.before)
    if event.conversation and event.message_id in transcript.messages:
        ids = list(transcript.messages)
        taken = ids[ids.index(event.message_id) :]
        transcript.hidden = {
            message_id: transcript.messages.pop(message_id) for message_id in taken
        } | transcript.hidden


def _unrevert(transcript: Transcript, event: e.SessionUnreverted) -> None:
    transcript.messages |= transcript.hidden
    transcript.hidden, transcript.reverted = {}, None


def _seal(transcript: Transcript, event: e.SessionSealed) -> None:
    transcript.hidden, transcript.reverted = {}, None


def _trim_context(transcript: Transcript, event: e.ContextTrimmed) -> None:
    trimmed = transcript.trimmed
    trimmed.files |= {part_id: event.files.get(part_id) for part_id in event.part_ids}
    trimmed.after = next(reversed(transcript.messages), None)


def _replace_part(message: Message, part: Part) -> None:
    for index in range(len(message.parts) - 1, -1, -1):
        if message.parts[index].id == part.id:
            message.parts[index] = part
            return
    message.parts.append(part)


_TAKES: dict[type[e.DurableEvent], Callable[[Transcript, Any], None]] = {
    e.SessionCreated: _change_session,
    e.SessionUpdated: _change_session,
    e.SessionDeleted: _change_session,
    e.TurnStarted: _change_session,
    e.TurnEnded: _end_turn,
    e.MessageAdded: _add_message,
    e.MessageEnded: _end_message,
    e.PartStarted: _start_part,
    e.PartEnded: _end_part,
    e.ToolChanged: _change_tool,
    e.PermissionAsked: _ask_permission,
    e.PermissionReplied: _reply,
    e.QuestionAsked: _ask_question,
    e.QuestionAnswered: _answer,
    e.TodoChanged: _change_todos,
    e.QueueChanged: _change_queue,
    e.SessionReverted: _revert,
    e.SessionUnreverted: _unrevert,
    e.SessionSealed: _seal,
    e.UsageAdded: _change_session,
    e.ContextTrimmed: _trim_context,
}
"""What each event means; a table, because a long log is read event by event. Those not here change nothing."""
