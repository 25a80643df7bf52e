"""Laws of the fold: replay equals live, and wherever a turn is cut off, closing leaves nothing open."""

from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sessiond.engine.conversation import TurnOutcome
from sessiond.engine.window.window import Window, window_of
from sessiond.session.ending.closing import closing_events
from sessiond.session.transcript import Transcript, fold, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.messages import (
    Failure,
    Message,
    PermissionRequest,
    QuestionAnswer,
    QuestionRequest,
    ReasoningPart,
    Session,
    SummaryOf,
    TextPart,
    ToolPart,
    ToolState,
    Usage,
)
from sessiond_protocol.wire import to_json

SESSION = Session(id="ses", title="t", directory="/", created_at=1, updated_at=1, cost=Decimal(0))
USAGE = st.builds(Usage, *[st.integers(0, 1000)] * 5)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
COST = st.decimals(0, 10, places=6) | st.none()


@st.composite
def turns(draw: st.DrawFn) -> list[e.DurableEvent]:
    """The log of some whole turns, as the engine writes it."""
    log: list[e.DurableEvent] = [e.SessionCreated(session=SESSION)]
    for turn in range(draw(st.integers(1, 3))):
        turn_id = f"trn{turn}"
        log.append(e.TurnStarted(turn_id=turn_id, kind="chat", model="a/b"))
        prompt = TextPart(id=f"prompt{turn}", text=draw(TEXT))
        log.append(e.MessageAdded(message=message(turn_id, "user", 0, [prompt])))
        for step in range(draw(st.integers(1, 3))):
            log += draw(steps(turn_id, step))
            if draw(st.booleans()):
                log += draw(compactions(turn_id, step, log))
        log.append(e.TurnEnded(turn_id=turn_id, stop_reason="endTurn", usage=draw(USAGE), cost=draw(COST)))
    return log


@st.composite
def steps(draw: st.DrawFn, turn_id: str, step: int) -> list[e.DurableEvent]:
    added = message(turn_id, "assistant", step, [])
    log: list[e.DurableEvent] = [e.MessageAdded(message=added)]
    for number_, kind in enumerate(draw(st.lists(st.sampled_from(["text", "reasoning", "tool"]), max_size=4))):
        part_id = f"{added.id}.{number_}"
        log += tool(added.id, part_id) if kind == "tool" else said(kind, added.id, part_id, draw(TEXT))
    log.append(e.MessageEnded(message_id=added.id, usage=draw(USAGE), cost=draw(COST), finish_reason="stop"))
    return log


@st.composite
def compactions(draw: st.DrawFn, turn_id: str, step: int, log: list[e.DurableEvent]) -> list[e.DurableEvent]:
    """Outputs that are cut out of the context, and a summary, which may fail."""
    calls = [event.part.id for event in log if isinstance(event, e.PartEnded) and isinstance(event.part, ToolPart)]
    cut: list[e.DurableEvent] = [e.ContextTrimmed(part_ids=calls, files={part: f"/kept/{part}" for part in calls[1:]})]
    added = message(turn_id, f"summary{step}", step, [])
    added.role = "assistant"
    added.summary = SummaryOf(keep_from=draw(st.sampled_from([None, f"{turn_id}.assistant.{step}"])))
    failure = draw(st.sampled_from([None, Failure("overloaded", "No capacity.")]))
    return [
        *cut,
        e.MessageAdded(message=added),
        *said("text", added.id, f"{added.id}.0", draw(TEXT)),
        e.MessageEnded(
            message_id=added.id,
            usage=draw(USAGE),
            cost=draw(COST),
            finish_reason="error" if failure else "stop",
            error=failure,
        ),
    ]


def message(turn_id: str, role: str, step: int, parts: list[TextPart]) -> Message:
    message_id = f"{turn_id}.{role}.{step}"
    return Message(id=message_id, session_id="ses", turn_id=turn_id, role=role, parts=parts, created_at=1)


def said(kind: str, message_id: str, part_id: str, text: str) -> Iterator[e.DurableEvent]:
    form = TextPart if kind == "text" else ReasoningPart
    yield e.PartStarted(message_id=message_id, part=form(id=part_id, text=""))
    yield e.PartEnded(message_id=message_id, part=form(id=part_id, text=text))


def tool(message_id: str, part_id: str) -> Iterator[e.DurableEvent]:
    request = PermissionRequest(
        id=f"per.{part_id}",
        session_id="ses",
        turn_id="t",
        message_id=message_id,
        part_id=part_id,
        tool="read",
        title="Read",
        permission="read",
        patterns=["x"],
    )
    question = QuestionRequest(
        id=f"que.{part_id}",
        session_id="ses",
        turn_id="t",
        message_id=message_id,
        part_id=part_id,
        source="MCP server files",
        message="Which one?",
        schema={"type": "object", "properties": {"name": {"type": "string"}}},
    )
    answer = QuestionAnswer(action="accept", content={"name": "this"})
    states = [ToolState(status=status) for status in ("pending", "running", "completed")]
    yield e.PartStarted(message_id=message_id, part=ToolPart(id=part_id, call_id="c", name="read", state=states[0]))
    yield e.PermissionAsked(request=request)
    yield e.PermissionReplied(request_id=request.id, decision="allowOnce", by="me")
    yield e.ToolChanged(message_id=message_id, part_id=part_id, state=states[1])
    yield e.QuestionAsked(request=question)
    yield e.QuestionAnswered(request_id=question.id, answer=answer, by="me")
    yield e.ToolChanged(message_id=message_id, part_id=part_id, state=states[2])
    yield e.PartEnded(message_id=message_id, part=ToolPart(id=part_id, call_id="c", name="read", state=states[2]))


def state_of(transcript: Transcript) -> dict[str, object]:
    return {name: getattr(transcript, name) for name in Transcript.__slots__}


@given(turns())
def test_replay_equals_live(log: list[e.DurableEvent]) -> None:
    live = Transcript(SESSION)
    stored: list[bytes] = []
    for event in log:
        number(live, [event])
        stored.append(to_json(event))
        fold(live, event)
    decoder = msgspec.json.Decoder(e.DurableEvent)
    replayed = fold_all(Transcript(SESSION), map(decoder.decode, stored))
    assert state_of(replayed) == state_of(live)
    assert replayed.seq == len(log)
    assert sent(replayed) == sent(live)


def sent(transcript: Transcript) -> Window:
    """What a model would get of it."""
    return window_of(list(transcript.messages.values()), transcript.trimmed, "trn1")


@given(turns(), st.data(), st.sampled_from(["aborted", "interrupted", "error"]))
def test_wherever_a_turn_is_cut_off_closing_leaves_a_valid_transcript(
    log: list[e.DurableEvent], data: st.DataObject, stop_reason: str
) -> None:
    cut = data.draw(st.integers(1, len(log)))
    transcript = Transcript(SESSION)
    for event in deepcopy(log[:cut]):
        number(transcript, [event])
        fold(transcript, event)
    turn_id = transcript.session.turn_id
    if turn_id is not None:
        texts = {part_id: "so far" for part_id in transcript.open_parts}
        closing = closing_events(transcript, turn_id, TurnOutcome(stop_reason), texts)
        number(transcript, closing)
        fold_all(transcript, closing)
    assert_whole(transcript)
    summary = sent(transcript).summary
    assert summary is None or (summary.finish_reason, summary.error) == ("stop", None)
    ended = [turn for turn in transcript.ended_turns]
    begun = [event.turn_id for event in log[:cut] if isinstance(event, e.TurnStarted)]
    assert ended == begun


def assert_whole(transcript: Transcript) -> None:
    assert transcript.session.turn_id is None
    assert not transcript.open_messages
    assert not transcript.open_parts
    assert not transcript.permissions
    assert not transcript.questions
    for entry in transcript.messages.values():
        if entry.role == "assistant":
            assert entry.finish_reason is not None
        for part in entry.parts:
            assert not isinstance(part, ToolPart) or part.state.status in ("completed", "failed")


@given(turns(), st.randoms(use_true_random=False))
def test_no_order_of_events_makes_the_fold_raise(log: list[e.DurableEvent], random: "st.random.Random") -> None:
    random.shuffle(log)
    fold_all(Transcript(SESSION), log)
