"""What a person at the terminal sees of a turn beside the answer."""

import io

import pytest

from sessiond.cli.turn.terminal import LONGEST_DIFF, Terminal
from sessiond_protocol.course.subscribing import OpenText
from sessiond_protocol.events import (
    ContextTrimmed,
    DurableEvent,
    MessageAdded,
    MessageEnded,
    PartDelta,
    PartEnded,
    PartStarted,
    Status,
    TodoChanged,
)
from sessiond_protocol.messages import (
    FinishReason,
    Message,
    ReasoningPart,
    SummaryOf,
    TextPart,
    Todo,
    ToolPart,
    ToolState,
    Usage,
)

DIFF = "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-old\n+new\n"


@pytest.fixture
def shown() -> io.StringIO:
    return io.StringIO()


def show(shown: io.StringIO, event: DurableEvent) -> list[str]:
    Terminal(io.StringIO(), shown).event(event, b"")
    return shown.getvalue().splitlines()


def edited(diff: object) -> PartEnded:
    state = ToolState(status="completed", title="a.py", metadata={"files": [{"path": "a.py", "diff": diff}]})
    return PartEnded(message_id="m", part=ToolPart(id="p", call_id="c", name="edit", state=state))


def test_a_change_is_shown_below_the_call_that_made_it(shown: io.StringIO) -> None:
    assert show(shown, edited(DIFF)) == ["✓ edit a.py", *DIFF.splitlines()]


def test_of_a_long_change_the_beginning_is_shown(shown: io.StringIO) -> None:
    lines = show(shown, edited("+x\n" * (LONGEST_DIFF + 7)))

    assert lines == ["✓ edit a.py", *["+x"] * LONGEST_DIFF, "… 7 more lines"]


def test_a_change_cannot_command_the_terminal(shown: io.StringIO) -> None:
    assert show(shown, edited("+\x1b[2Jgone\n"))[1] == "+\ufffd[2Jgone"


@pytest.mark.parametrize("odd", [None, 3, "", ["x"]])
def test_metadata_of_another_form_shows_nothing(shown: io.StringIO, odd: object) -> None:
    assert show(shown, edited(odd)) == ["✓ edit a.py"]


def test_the_list_of_what_is_to_be_done_is_shown_whenever_it_changes(shown: io.StringIO) -> None:
    todos = [Todo("Look", "completed"), Todo("Mend", "inProgress"), Todo("Check"), Todo("Rewrite", "cancelled")]

    assert show(shown, TodoChanged(todos=todos)) == ["✓ Look", "▸ Mend", "· Check", "✗ Rewrite"]


def test_of_a_command_what_was_run_is_shown_whatever_the_model_calls_it_and_how_it_ended(shown: io.StringIO) -> None:
    state = ToolState(
        status="completed",
        input={"command": "rm -rf build", "description": "Shows the status"},
        title="Shows the status",
        metadata={"exitCode": 2},
    )
    call = PartEnded(message_id="m", part=ToolPart(id="p", call_id="c", name="bash", state=state))

    assert show(shown, call) == ["✗ bash rm -rf build (exit code 2)"]


def test_a_call_that_failed_is_named_by_what_it_was_about(shown: io.StringIO) -> None:
    state = ToolState(status="failed", input={"filePath": "a.py", "oldString": "x" * 500}, error="Read it first.")
    call = PartEnded(message_id="m", part=ToolPart(id="p", call_id="c", name="edit", state=state))

    assert show(shown, call) == ["✗ edit a.py: Read it first."]


def test_a_summary_is_told_of_and_not_taken_for_the_answer(shown: io.StringIO) -> None:
    out = io.StringIO()
    view = Terminal(out, shown)
    summary = Message("sum", "ses", "trn", "assistant", [], 1, summary=SummaryOf())
    view.event(Status(state="compacting"), b"")
    view.event(MessageAdded(message=summary), b"")
    view.event(PartDelta(message_id="sum", part_id="prt", field="text", text="## Goal"), b"")
    view.event(PartEnded(message_id="sum", part=TextPart("prt", "## Goal")), b"")
    view.event(MessageEnded(message_id="sum", usage=Usage(), cost=None, finish_reason="stop"), b"")
    view.event(ContextTrimmed(part_ids=["a", "b"]), b"")

    assert shown.getvalue().splitlines() == [
        "The conversation fills the model's context; it is being summarised.",
        "The older part of the conversation is summarised.",
        "Old output of 2 tool calls is left out from here on, to save room.",
    ]
    assert out.getvalue() == ""


@pytest.mark.parametrize("reason", ["error", "aborted", "interrupted"])
def test_a_summary_that_came_to_nothing_is_said_to(shown: io.StringIO, reason: FinishReason) -> None:
    view = Terminal(io.StringIO(), shown)
    view.event(MessageAdded(message=Message("sum", "ses", "trn", "assistant", [], 1, summary=SummaryOf())), b"")
    view.event(MessageEnded(message_id="sum", usage=Usage(), cost=None, finish_reason=reason), b"")

    assert shown.getvalue() == "The older part of the conversation could not be summarised.\n"


def delta(part_id: str, text: str) -> PartDelta:
    return PartDelta(message_id="m", part_id=part_id, field="text", text=text)


def test_what_was_missed_of_a_text_is_shown_when_it_goes_on_and_nothing_twice(shown: io.StringIO) -> None:
    out = io.StringIO()
    view = Terminal(out, shown)
    view.event(PartStarted(message_id="m", part=TextPart("p", "")), b"")
    view.event(delta("p", "One "), b"")

    view.resumed(OpenText("m", "p", "text", "One two "))
    view.event(delta("p", "three "), b"")
    view.event(PartEnded(message_id="m", part=TextPart("p", "One two three four.")), b"")

    assert out.getvalue() == "One two three four.\n"


def test_of_a_part_that_began_meanwhile_the_text_so_far_stands_where_it_belongs(shown: io.StringIO) -> None:
    out = io.StringIO()
    view = Terminal(out, shown)

    view.resumed(OpenText("m", "p", "text", "Let me "))
    view.event(PartStarted(message_id="m", part=ReasoningPart("p", "")), b"")
    view.event(delta("p", "see."), b"")

    assert (out.getvalue(), shown.getvalue()) == ("", "Let me see.")
