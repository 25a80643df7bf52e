"""A branch of a conversation: a new log of the messages up to one of them, whole and closed. Pure.

Used by `forking.py`. Made of the old log folded up to there, so that todos are those of that time.
"""

import re
from collections.abc import Sequence

import msgspec

from sessiond.engine.identifiers import new_id
from sessiond.engine.window.trimmed import Trimmed
from sessiond.session.transcript import Transcript, fold_all
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Part, Session, SummaryOf

_FORK = re.compile(r"(.*) \(fork(?: (\d+))?\)", re.DOTALL)


def branch(events: Sequence[e.DurableEvent], origin: Session, last: str | None, fork: Session) -> list[e.DurableEvent]:
    """The log of `fork`. `events`: that of its origin; `last`: the last message that is kept, None for all there are.

    A message that is not closed yet is left out. Ids of messages, parts and turns are new.
    """
    end = len(events) if last is None else _end_of(events, last)
    then = fold_all(Transcript(origin), events[:end])
    kept = [message for message in then.messages.values() if message.id not in then.open_messages]
    copies = _copies(kept, fork.id)
    log: list[e.DurableEvent] = [e.SessionCreated(session=fork)]
    log += [e.MessageAdded(message=copy) for copy in copies]
    log += _trimmed(then.trimmed, kept, copies)
    if then.todos:
        log.append(e.TodoChanged(todos=then.todos))
    return log


def up_to(events: Sequence[e.DurableEvent], session: Session, message_id: str) -> Transcript:
    """The conversation as it was before this message was added."""
    for number, event in enumerate(events):
        if isinstance(event, e.MessageAdded) and event.message.id == message_id:
            return fold_all(Transcript(session), events[:number])
    return fold_all(Transcript(session), events)


def fork_title(title: str) -> str:
    """`Title (fork)`, then `Title (fork 2)` and so on."""
    if found := _FORK.fullmatch(title):
        return f"{found[1]} (fork {int(found[2] or 1) + 1})"
    return f"{title} (fork)"


def _end_of(events: Sequence[e.DurableEvent], message_id: str) -> int:
    """How many events there are up to the one with which a message is whole."""
    for number in range(len(events), 0, -1):
        match events[number - 1]:
            case e.MessageAdded(message=message) if message.id == message_id:
                return number
            case e.MessageEnded(message_id=ended) if ended == message_id:
                return number
            case _:
                pass
    return len(events)


def _trimmed(trimmed: Trimmed, messages: Sequence[Message], copies: Sequence[Message]) -> list[e.DurableEvent]:
    """What the model gets no more of the old session, it gets no more of the fork."""
    parts = {
        part.id: copied.id
        for message, copy in zip(messages, copies, strict=True)
        for part, copied in zip(message.parts, copy.parts, strict=True)
    }
    files = {parts[part]: file for part, file in trimmed.files.items() if part in parts}
    told = {part: file for part, file in files.items() if file is not None}
    return [e.ContextTrimmed(part_ids=list(files), files=told)] if files else []


def _copies(messages: Sequence[Message], session_id: str) -> list[Message]:
    ids = {message.id: new_id("msg") for message in messages}
    turns = {message.turn_id: new_id("trn") for message in messages}
    return [
        msgspec.structs.replace(
            message,
            id=ids[message.id],
            session_id=session_id,
            turn_id=turns[message.turn_id],
            parts=[_copy(part) for part in message.parts],
            usage=None,
            cost=None,
            summary=message.summary and SummaryOf(keep_from=ids.get(message.summary.keep_from or "")),
        )
        for message in messages
    ]


def _copy(part: Part) -> Part:
    return msgspec.structs.replace(part, id=new_id("prt"))
