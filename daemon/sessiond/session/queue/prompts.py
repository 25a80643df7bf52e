"""The list of prompts that wait, and what becomes of it: changed, taken into a turn, held. Pure.

Every function gives events for the log; who records them does so with nothing recorded in between.
"""

from collections.abc import Callable, Sequence

import msgspec

from sessiond.engine.conversation import TurnOutcome
from sessiond.engine.identifiers import new_id
from sessiond.session.transcript import Transcript
from sessiond_protocol import events as e
from sessiond_protocol.course.queue import QueuedPrompt, QueueMode
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import Message, TextPart
from sessiond_protocol.wire import to_json

MOST_PROMPTS = 100
MOST_BYTES = 16 * 1024 * 1024
"""Of all that waits: each change of the queue records the whole list."""

Change = Callable[[list[QueuedPrompt]], list[QueuedPrompt]]


def message_of(prompt: QueuedPrompt, session_id: str, turn_id: str) -> Message:
    return Message(
        id=prompt.id,
        session_id=session_id,
        turn_id=turn_id,
        role="user",
        parts=list(prompt.parts),
        created_at=prompt.created_at,
    )


def added(queue: Sequence[QueuedPrompt], prompt: QueuedPrompt) -> list[QueuedPrompt]:
    """One that steers stands behind the others that do, and before those that only wait.

    Raises RpcError `invalidRequest` when too much waits already.
    """
    place = len(queue)
    if prompt.mode == "steer":
        place = sum(waiting.mode == "steer" for waiting in queue)
    longer = [*queue[:place], prompt, *queue[place:]]
    _refuse_too_much(longer)
    return longer


def changed(
    queue: Sequence[QueuedPrompt], queue_id: str, text: str | None, mode: QueueMode | None
) -> list[QueuedPrompt]:
    """Raises RpcError `promptNotQueued`, or `invalidRequest` for a prompt that would be empty or too much."""
    prompt = found(queue, queue_id)
    if text is not None:
        files = [part for part in prompt.parts if not isinstance(part, TextPart)]
        texts = [TextPart(id=new_id("prt"), text=text)] if text.strip() else []
        if not files and not texts:
            raise invalid("text", "The prompt would be empty; `queue/remove` withdraws it.")
        prompt = msgspec.structs.replace(prompt, parts=[*files, *texts])
    if mode is not None:
        prompt = msgspec.structs.replace(prompt, mode=mode)
    new = [prompt if waiting.id == queue_id else waiting for waiting in queue]
    _refuse_too_much(new)
    return new


def without(queue: Sequence[QueuedPrompt], queue_id: str) -> list[QueuedPrompt]:
    """Raises RpcError `promptNotQueued`."""
    found(queue, queue_id)
    return [waiting for waiting in queue if waiting.id != queue_id]


def reordered(queue: Sequence[QueuedPrompt], first: Sequence[str]) -> list[QueuedPrompt]:
    """Raises RpcError `promptNotQueued`."""
    ahead = [found(queue, queue_id) for queue_id in dict.fromkeys(first)]
    return [*ahead, *(waiting for waiting in queue if waiting not in ahead)]


def found(queue: Sequence[QueuedPrompt], queue_id: str) -> QueuedPrompt:
    """Raises RpcError `promptNotQueued`."""
    for waiting in queue:
        if waiting.id == queue_id:
            return waiting
    raise RpcError.of_kind(
        "promptNotQueued",
        f"No prompt {queue_id!r} waits in the queue: it has begun already, or was withdrawn.",
        queueId=queue_id,
    )


def taken(transcript: Transcript, message: Message) -> list[e.DurableEvent]:
    """A turn begins with this prompt: it seals what was taken back, and leaves the queue, which goes on behind it."""
    rest = [waiting for waiting in transcript.queue if waiting.id != message.id]
    left: list[e.DurableEvent] = []
    if transcript.held is not None or len(rest) != len(transcript.queue):
        left.append(e.QueueChanged(queue=rest))
    return [*sealing(transcript), e.MessageAdded(message=message), *left]


def sealing(transcript: Transcript) -> list[e.DurableEvent]:
    """A turn begins: what was taken back is gone for good."""
    return [e.SessionSealed()] if transcript.reverted is not None else []


def steered(transcript: Transcript, turn_id: str) -> list[e.DurableEvent]:
    """All that steer go into this turn, in one."""
    session_id = transcript.session.id
    steering = [waiting for waiting in transcript.queue if waiting.mode == "steer"]
    if not steering:
        return []
    rest = [waiting for waiting in transcript.queue if waiting.mode != "steer"]
    messages = [e.MessageAdded(message=message_of(prompt, session_id, turn_id)) for prompt in steering]
    return [*messages, e.QueueChanged(queue=rest, held=transcript.held)]


def held(transcript: Transcript, why: str) -> list[e.DurableEvent]:
    """Whatever waits stays, visibly, until somebody wants it to go on. What was to steer waits for a turn as well."""
    if not transcript.queue:
        return []
    waiting = [msgspec.structs.replace(prompt, mode="queue") for prompt in transcript.queue]
    return [e.QueueChanged(queue=waiting, held=why)]


def held_after(transcript: Transcript, outcome: TurnOutcome) -> list[e.DurableEvent]:
    """After a turn that did not come to its own end the queue is held: what waits was meant for another course."""
    match outcome.stop_reason:
        case "aborted":
            return held(transcript, "The turn before was aborted.")
        case "interrupted":
            return held(transcript, STOPPED)
        case "error":
            why = outcome.error.message if outcome.error else "the reason is not known"
            return held(transcript, f"The turn before failed: {why}")
        case _:
            return []


def invalid(field: str, message: str) -> RpcError:
    """A parameter that cannot be taken."""
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": field})


STOPPED = "The engine stopped before the queue was done."


def _refuse_too_much(queue: Sequence[QueuedPrompt]) -> None:
    if len(queue) > MOST_PROMPTS:
        raise invalid("whenBusy", f"{MOST_PROMPTS} prompts wait already; withdraw some first.")
    if len(to_json(queue)) > MOST_BYTES:
        raise invalid("text", f"The prompts that wait would have more than {MOST_BYTES // 2**20} MiB together.")
