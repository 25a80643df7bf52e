"""Laws of the fold: replay equals live, and wherever a turn is cut off, closing leaves nothing open."""

from copy import deepcopy

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sessiond.engine.conversation import TurnOutcome
from sessiond.engine.window.window import Window, window_of
from sessiond.session.ending.closing import closing_events
from sessiond.session.transcript import Transcript, fold, fold_all, number
from sessiond_protocol import events as e
from sessiond_protocol.messages import ToolPart
from sessiond_protocol.wire import to_json
from support.logs import SESSION, turns


def state_of(transcript: Transcript) -> dict[str, object]:
    return {name: getattr(transcript, name) for name in Transcript.__slots__}


@given(turns())
def test_replay_equals_live(log: list[e.DurableEvent]) -> None:
    live = Transcript(SESSION)
    stored: list[bytes] = []
    for event in log:
        row = number(live, [event])
        stored.append(to_json(event))
        fold(live, event)
        assert live.session == row
        assert row.waiting == len(live.permissions) + len(live.questions)
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
    assert transcript.session.waiting == 0
    for entry in transcript.messages.values():
        if entry.role == "assistant":
            assert entry.finish_reason is not None
        for part in entry.parts:
            assert not isinstance(part, ToolPart) or part.state.status in ("completed", "failed")


@given(turns(), st.randoms(use_true_random=False))
def test_no_order_of_events_makes_the_fold_raise(log: list[e.DurableEvent], random: "st.random.Random") -> None:
    random.shuffle(log)
    fold_all(Transcript(SESSION), log)
