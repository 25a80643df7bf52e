"""Closes what a turn has left open: one list of events for an abort, a failure and a crash alike.

Used when a turn ends and by recovery at start. Pure: it reads a transcript and gives events.
"""

from collections.abc import Iterator, Mapping

from sessiond.engine.conversation import TurnOutcome
from sessiond.engine.identifiers import now
from sessiond.session.asking.unanswered import NOBODY_CHOSE
from sessiond.session.queue.prompts import held_after
from sessiond.session.transcript import Transcript, turn_totals
from sessiond_protocol import events as e
from sessiond_protocol.messages import (
    FinishReason,
    Message,
    Part,
    ReasoningPart,
    StopReason,
    TextPart,
    ToolPart,
    ToolState,
    Usage,
)
from sessiond_protocol.wire import Money

NOT_RUN = "This call was not run: the turn ended first ({reason})."
UNKNOWN_EFFECT = "This call did not finish ({reason}). Whether it had any effect is not known."


def closing_events(
    transcript: Transcript, turn_id: str, outcome: TurnOutcome, texts: Mapping[str, str]
) -> list[e.DurableEvent]:
    """The events after which nothing of the turn is open, the last of them its `turn.ended`.

    `texts` has the text so far of open parts.
    """
    closing: list[e.DurableEvent] = []
    for request_id in transcript.permissions:
        closing.append(e.PermissionReplied(request_id=request_id, decision="cancelled", by="engine"))
    for request_id in transcript.questions:
        closing.append(e.QuestionAnswered(request_id=request_id, answer=NOBODY_CHOSE, by="engine"))
    unended: list[tuple[Usage, Money | None]] = []
    for message in _unfinished_messages(transcript):
        # One of another turn is here only where a damaged row took its end.
        own = message.turn_id == turn_id
        how = outcome if own else TurnOutcome("interrupted")
        for part in _open_parts(transcript, message):
            closing.extend(_close_part(message.id, part, texts, how.stop_reason))
        if message.id in transcript.open_messages:
            closing.append(_end_message(message.id, how))
            if own:
                unended.append((how.usage, how.cost))
    usage, cost = turn_totals(transcript, turn_id, *unended)
    closing += held_after(transcript, outcome)
    closing.append(
        e.TurnEnded(turn_id=turn_id, stop_reason=outcome.stop_reason, usage=usage, cost=cost, error=outcome.error)
    )
    return closing


def _end_message(message_id: str, outcome: TurnOutcome) -> e.MessageEnded:
    return e.MessageEnded(
        message_id=message_id,
        usage=outcome.usage,
        cost=outcome.cost,
        finish_reason=_finish_reason(outcome.stop_reason),
        error=outcome.error,
    )


def _unfinished_messages(transcript: Transcript) -> list[Message]:
    message_ids = dict.fromkeys((*transcript.open_messages, *transcript.open_parts.values()))
    return [transcript.messages[message_id] for message_id in message_ids]


def _open_parts(transcript: Transcript, message: Message) -> Iterator[Part]:
    return (part for part in message.parts if part.id in transcript.open_parts)


def _close_part(
    message_id: str, part: Part, texts: Mapping[str, str], stop_reason: StopReason
) -> Iterator[e.DurableEvent]:
    match part:
        case TextPart():
            yield e.PartEnded(message_id=message_id, part=TextPart(id=part.id, text=texts.get(part.id, part.text)))
        case ReasoningPart():
            text = texts.get(part.id, part.text)
            yield e.PartEnded(message_id=message_id, part=ReasoningPart(id=part.id, text=text))
        case ToolPart():
            state = _settled(part.state, stop_reason)
            if state is not part.state:
                yield e.ToolChanged(message_id=message_id, part_id=part.id, state=state)
            yield e.PartEnded(
                message_id=message_id, part=ToolPart(id=part.id, call_id=part.call_id, name=part.name, state=state)
            )
        case _:
            yield e.PartEnded(message_id=message_id, part=part)


def _settled(state: ToolState, stop_reason: StopReason) -> ToolState:
    if state.status in ("completed", "failed"):
        return state
    return ToolState(
        status="failed",
        input=state.input,
        title=state.title,
        error=(NOT_RUN if state.status == "pending" else UNKNOWN_EFFECT).format(reason=stop_reason),
        metadata=state.metadata,
        started_at=state.started_at,
        ended_at=now(),
    )


def _finish_reason(stop_reason: StopReason) -> FinishReason:
    match stop_reason:
        case "aborted" | "interrupted" | "error":
            return stop_reason
        case _:
            return "unknown"
