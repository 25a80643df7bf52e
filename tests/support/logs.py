"""Hypothesis strategies for the logs of whole sessions, as the engine writes them."""

from collections.abc import Iterator
from decimal import Decimal

from hypothesis import strategies as st

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
        if draw(st.booleans()):
            log.append(e.UsageAdded(purpose="title", model="a/small", usage=draw(USAGE), cost=draw(COST)))
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
