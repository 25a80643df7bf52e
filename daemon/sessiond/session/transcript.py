"""What a log says: `fold` takes one durable event into the transcript, and nothing else changes it.

Replay after a crash, a page of history and the running turn all read the same transcript.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from sessiond.engine.cost import add_call
from sessiond.engine.identifiers import now
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Part, PermissionRequest, Session, ToolPart, Usage


class Transcript:
    """A session as its events have made it. Owned by one session; read by anyone on the loop."""

    __slots__ = ("ended_turns", "messages", "open_messages", "open_parts", "permissions", "seq", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.seq = 0
        self.messages: dict[str, Message] = {}
        self.open_messages: dict[str, Message] = {}
        self.open_parts: dict[str, str] = {}
        """The message id of each part that has started and not ended."""
        self.permissions: dict[str, PermissionRequest] = {}
        """The questions that wait."""
        self.ended_turns: dict[str, e.TurnEnded] = {}


def fold(transcript: Transcript, event: e.DurableEvent) -> None:
    """Takes one event in. Deterministic, total and free of I/O: no order of events makes it raise.

    It changes the transcript in place, so that taking in n events costs n, not n squared.
    """
    transcript.seq = event.seq
    transcript.session = session_after(transcript.session, event)
    match event:
        case e.MessageAdded(message=message):
            transcript.messages[message.id] = message
            if message.role == "assistant":
                transcript.open_messages[message.id] = message
        case e.PartStarted() | e.PartEnded() | e.ToolChanged():
            if message := transcript.messages.get(event.message_id):
                _fold_part(transcript, message, event)
        case e.MessageEnded():
            if message := transcript.open_messages.pop(event.message_id, None):
                message.usage, message.cost = event.usage, event.cost
                message.finish_reason, message.error = event.finish_reason, event.error
        case e.TurnEnded():
            transcript.ended_turns[event.turn_id] = event
        case e.PermissionAsked(request=request):
            transcript.permissions[request.id] = request
        case e.PermissionReplied(request_id=request_id):
            transcript.permissions.pop(request_id, None)
        case _:
            pass


def _fold_part(transcript: Transcript, message: Message, event: e.PartStarted | e.PartEnded | e.ToolChanged) -> None:
    match event:
        case e.PartStarted(part=part):
            message.parts.append(part)
            transcript.open_parts[part.id] = message.id
        case e.PartEnded(part=part):
            transcript.open_parts.pop(part.id, None)
            _replace_part(message, part)
        case e.ToolChanged():
            for part in message.parts:
                if part.id == event.part_id and isinstance(part, ToolPart):
                    part.state = event.state


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
        case e.SessionUpdated(session=changed):  # settings; totals and the running turn are the log's to say
            return msgspec.structs.replace(changed, turn_id=session.turn_id, usage=session.usage, cost=session.cost)
        case e.TurnStarted():
            return msgspec.structs.replace(session, turn_id=event.turn_id, updated_at=event.at)
        case e.TurnEnded():
            usage, cost = add_call(session.usage, session.cost, event.usage, event.cost)
            return msgspec.structs.replace(session, turn_id=None, updated_at=event.at, usage=usage, cost=cost)
        case _:
            return session


def number(transcript: Transcript, events: Sequence[e.DurableEvent]) -> Session:
    """Gives events that are to be recorded their `seq` and `at`; the session as it will be after them."""
    session, at = transcript.session, now()
    for seq, event in enumerate(events, transcript.seq + 1):
        event.seq, event.at = seq, at
        session = session_after(session, event)
    return session


def turn_totals(transcript: Transcript, turn_id: str) -> tuple[Usage, Decimal | None]:
    """Tokens and cost of a turn's steps that have ended."""
    usage, cost = Usage(), Decimal(0)
    for message in reversed(transcript.messages.values()):
        if message.turn_id != turn_id:
            break
        if message.usage is not None:
            usage, cost = add_call(usage, cost, message.usage, message.cost)
    return usage, cost


def last_answer(transcript: Transcript, turn_id: str) -> Message | None:
    """The last assistant message of a turn."""
    for message in reversed(transcript.messages.values()):
        if message.turn_id == turn_id and message.role == "assistant":
            return message
    return None


def _replace_part(message: Message, part: Part) -> None:
    for index in range(len(message.parts) - 1, -1, -1):
        if message.parts[index].id == part.id:
            message.parts[index] = part
            return
    message.parts.append(part)
