"""Laws of what a model is sent: the prompt at hand is always there, and no failed summary counts."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sessiond.engine.compaction.outline import cut, outline_of
from sessiond.engine.window.estimate import weight
from sessiond.engine.window.trimmed import Trimmed
from sessiond.engine.window.window import is_boundary, window_of
from sessiond_protocol.messages import Failure, FinishReason, Message, Part, SummaryOf, TextPart, ToolPart, ToolState

WORDS = st.text("añ💡 x", max_size=40)
REASONS: list[FinishReason] = ["stop", "length", "error", "aborted", "interrupted", "contentFilter"]


@st.composite
def conversations(draw: st.DrawFn) -> list[Message]:
    """Some turns of some steps, the last one running, with summaries of every outcome anywhere behind a step."""
    messages: list[Message] = []
    for turn in range(draw(st.integers(1, 4))):
        prompt = TextPart(id=f"p{turn}", text=f"prompt {turn}")
        messages.append(Message(f"m{len(messages)}", "ses", f"trn{turn}", "user", [prompt], 1))
        for _ in range(draw(st.integers(0, 4))):
            parts = draw(st.lists(st.one_of(texts(), calls()), max_size=3))
            messages.append(Message(f"m{len(messages)}", "ses", f"trn{turn}", "assistant", parts, 1))
            if draw(st.integers(0, 3)) == 0:
                messages.append(draw(summaries(messages, f"trn{turn}")))
    return messages


def texts() -> st.SearchStrategy[Part]:
    return st.builds(TextPart, id=st.uuids().map(str), text=WORDS)


def calls() -> st.SearchStrategy[Part]:
    states = st.builds(ToolState, status=st.just("completed"), output=WORDS)
    return st.builds(ToolPart, id=st.uuids().map(str), call_id=st.just("c"), name=st.just("read"), state=states)


@st.composite
def summaries(draw: st.DrawFn, before: Sequence[Message], turn_id: str) -> Message:
    own = [message.id for message in before if message.summary is None]
    keep_from = draw(st.sampled_from([*own, None, "gone"]))
    made = Message(f"m{len(before)}", "ses", turn_id, "assistant", [], 1, summary=SummaryOf(keep_from))
    made.parts = [TextPart(id="s", text=draw(st.sampled_from(["", " ", "What came before."])))]
    made.finish_reason = draw(st.sampled_from(REASONS))
    made.error = Failure("overloaded", "No.") if made.finish_reason == "error" else None
    return made


def turn_of(messages: Sequence[Message]) -> str:
    return messages[-1].turn_id


@given(conversations())
def test_the_prompt_at_hand_is_always_there(messages: list[Message]) -> None:
    turn = turn_of(messages)
    window = window_of(messages, Trimmed(), turn)
    [prompt] = [message for message in messages if message.role == "user" and message.turn_id == turn]
    assert [message for message in [*window.prompts, *window.messages] if message is prompt] == [prompt]


@given(conversations())
def test_summaries_that_do_not_count_change_nothing(messages: list[Message]) -> None:
    counting = [message for message in messages if message.summary is None or is_boundary(message)]
    turn = turn_of(messages)
    with_all, without = window_of(messages, Trimmed(), turn), window_of(counting, Trimmed(), turn)
    assert (with_all.summary, with_all.messages) == (without.summary, without.messages)


@given(conversations())
def test_what_is_sent_verbatim_is_the_end_of_the_conversation(messages: list[Message]) -> None:
    window = window_of(messages, Trimmed(), turn_of(messages))
    own = [message for message in messages if message.summary is None and message.parts]
    assert window.messages == own[len(own) - len(window.messages) :]
    after = messages[messages.index(window.summary) + 1 :] if window.summary else messages
    assert set(map(id, window.newer)) == {id(message) for message in own if message in after}


@given(conversations(), st.data())
def test_cut_outputs_are_gone_from_what_is_sent_and_from_nothing_else(
    messages: list[Message], data: st.DataObject
) -> None:
    all_calls = [part for message in messages for part in message.parts if isinstance(part, ToolPart)]
    chosen = data.draw(st.lists(st.sampled_from(all_calls), unique_by=lambda part: part.id)) if all_calls else []
    before = {part.id: part.state.output for part in all_calls}
    trimmed = Trimmed(files={part.id: f"/kept/{part.id}" for part in chosen})
    window = window_of(messages, trimmed, turn_of(messages))
    for message in window.messages:
        for part in message.parts:
            if isinstance(part, ToolPart):
                assert (part.state.output != before[part.id]) == (part.id in trimmed.files)
                assert (f"/kept/{part.id}" in (part.state.output or "")) == (part.id in trimmed.files)
    assert {part.id: part.state.output for part in all_calls} == before


@given(conversations(), st.integers(0, 200), st.integers(50, 400), st.booleans())
def test_a_summary_stands_for_the_beginning_and_the_newest_messages_stay(
    messages: list[Message], keep: int, take: int, keep_last: bool
) -> None:
    turn = turn_of(messages)
    window = window_of(messages, Trimmed(), turn)
    kept = window.messages[cut(window.messages, keep, keep_last=keep_last) :]
    assert weight(kept, images=True) <= keep or kept == window.messages[-1:]
    outline = outline_of(window, messages, turn, keep=keep, take=take, keep_last=keep_last)
    if outline is None:
        return
    names = [message.id for message in window.messages]
    stays = names[names.index(outline.keep_from) :] if outline.keep_from else []
    assert stays[len(stays) - len(kept) :] == [message.id for message in kept]
    assert len(stays) < len(names), "a summary that stands for nothing"
    assert outline.text
