"""Closing what damage has left: parts of ended messages, messages of other turns."""

from decimal import Decimal

from sessiond.engine.conversation import TurnOutcome
from sessiond.session.ending.closing import closing_events
from sessiond.session.transcript import Transcript, fold_all
from sessiond_protocol import events as e
from sessiond_protocol.messages import Message, Session, ToolPart, ToolState, Usage

SESSION = Session(id="ses", title="t", directory="/", created_at=1, updated_at=1, cost=Decimal(0))


def answer(message_id: str, turn_id: str) -> e.MessageAdded:
    message = Message(id=message_id, session_id="ses", turn_id=turn_id, role="assistant", parts=[], created_at=1)
    return e.MessageAdded(message=message)


def test_a_part_left_open_by_an_ended_message_is_closed_with_the_next_turn() -> None:
    part = ToolPart(id="prt", call_id="c", name="read", state=ToolState(status="pending"))
    transcript = fold_all(
        Transcript(SESSION),
        [
            answer("msg", "trn"),
            e.PartStarted(message_id="msg", part=part),
            e.MessageEnded(message_id="msg", usage=Usage(), cost=None, finish_reason="stop"),
        ],
    )
    closing = closing_events(transcript, "trn", TurnOutcome("endTurn"), {})
    assert [type(event) for event in closing] == [e.ToolChanged, e.PartEnded, e.TurnEnded]
    assert not fold_all(transcript, closing).open_parts


def test_a_message_of_another_turn_is_closed_as_interrupted_and_not_charged() -> None:
    transcript = fold_all(Transcript(SESSION), [answer("old", "trn1"), answer("new", "trn2")])
    outcome = TurnOutcome("aborted", usage=Usage(input=5), cost=Decimal(1))
    old, new, turn = closing_events(transcript, "trn2", outcome, {})
    assert isinstance(old, e.MessageEnded)
    assert isinstance(new, e.MessageEnded)
    assert isinstance(turn, e.TurnEnded)
    assert (old.message_id, old.finish_reason, old.usage) == ("old", "interrupted", Usage())
    assert (new.message_id, new.finish_reason, new.usage) == ("new", "aborted", Usage(input=5))
    assert (turn.usage, turn.cost) == (Usage(input=5), Decimal(1))
