"""A conversation as `sessiond sessions show` prints it for reading."""

from typing import Any

from sessiond.cli.sessions.showing import as_text
from sessiond_protocol.messages import Message, Part, SummaryOf, TextPart, ToolPart, ToolState


def answer(*parts: Part, **more: Any) -> Message:
    return Message("m", "s", "t", "assistant", list(parts), 1, **more)


def test_an_answer_that_was_cut_off_says_so() -> None:
    assert as_text(answer(TextPart(id="p", text="It is"), finish_reason="aborted")) == "It is\n(aborted)\n"


def test_a_call_that_failed_says_what_it_was_about_and_why() -> None:
    state = ToolState(status="failed", input={"filePath": "a.py"}, error="Nobody was there\nto answer.")

    shown = as_text(answer(ToolPart(id="p", call_id="c", name="write", state=state)))

    assert shown == "✗ write a.py: Nobody was there to answer.\n"


def test_a_summary_is_told_apart_from_answers() -> None:
    summary = answer(TextPart(id="p", text="They said hello."), summary=SummaryOf("m1"), finish_reason="stop")

    assert as_text(summary) == "Summary of what came before:\nThey said hello.\n"
