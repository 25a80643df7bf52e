"""`sessiond run` for people: the answer on stdout as it comes, everything else on stderr.

So `sessiond run ... > file` holds the answer only. What a model writes cannot command the terminal.
"""

import os
import re
import time
from typing import TextIO, cast

from sessiond.cli.turn.progress import Progress
from sessiond.session.exchange.calls import diffs
from sessiond_protocol.course.subscribing import OpenText
from sessiond_protocol.events import (
    ContextTrimmed,
    Event,
    MessageAdded,
    MessageEnded,
    Notice,
    PartDelta,
    PartEnded,
    PartStarted,
    Status,
    TodoChanged,
    ToolProgress,
)
from sessiond_protocol.messages import Message, Part, ReasoningPart, SummaryOf, TextPart, Todo, ToolPart
from sessiond_protocol.wire import to_json

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""All but tab and line feed: escape sequences could move the cursor, set titles, type for the user; and what turns the
direction of writing, so that something else is read than stands there."""
LONGEST_INPUT = 80
LONGEST_DIFF = 40
"""Lines of a change that are shown; the whole of it stands in the files."""
TODO_MARKS = {"pending": "·", "inProgress": "▸", "completed": "✓", "cancelled": "✗"}


class Terminal:
    """Fits `listener.View`."""

    def __init__(self, out: TextIO, err: TextIO) -> None:
        self._out = out
        self._err = err
        self._mixed = out.isatty() and err.isatty()
        self._colour = err.isatty() and not os.environ.get("NO_COLOR")
        self._reasoning: set[str] = set()
        self._summaries: set[str] = set()
        self._unended = {"out": False, "err": False}
        self._answered = False
        self._progress = Progress()
        self._lengths: dict[str, int] = {}
        """Characters that are shown of each part that has begun and is open."""
        self._resumed: dict[str, str] = {}
        """The text of parts whose beginning is still to come, after events were missed."""

    def event(self, event: Event | None, encoded: bytes) -> None:
        match event:
            case PartDelta(field="text"):
                self._grow(event.message_id, event.part_id, event.text)
            case MessageAdded(message=Message(summary=SummaryOf())):
                self._summaries.add(event.message.id)
            case MessageEnded() if event.message_id in self._summaries:
                failed = event.finish_reason in ("error", "aborted", "interrupted")
                self.say(f"The older part of the conversation {'could not be' if failed else 'is'} summarised.")
            case ContextTrimmed(part_ids=part_ids):
                self.say(f"Old output of {len(part_ids)} tool calls is left out from here on, to save room.")
            case PartStarted():
                self._begin(event.message_id, event.part)
            case PartEnded(part=ToolPart() as call):
                self._show_call(call)
            case TodoChanged():
                self.say("\n".join(map(todo_line, event.todos)) or "(nothing to do)")
            case PartEnded(part=TextPart() | ReasoningPart() as part):
                self._end(event.message_id, part)
            case Status() | ToolProgress() | Notice():
                self._show_news(event)
            case _:
                pass

    def resumed(self, open: OpenText) -> None:
        if open.field == "text" and open.part_id in self._lengths:
            self._grow_to(open.message_id, open.part_id, open.text)
        else:
            self._resumed[open.part_id] = open.text

    def _begin(self, message_id: str, part: Part) -> None:
        match part:
            case ReasoningPart():
                self._reasoning.add(part.id)
            case ToolPart():
                self._progress.begin(part.id, part.name)
            case TextPart() if self._answered:
                self.end_line()
            case _:
                pass
        if isinstance(part, TextPart | ReasoningPart):
            self._lengths[part.id] = 0
            self._grow_to(message_id, part.id, self._resumed.pop(part.id, ""))

    def _end(self, message_id: str, part: TextPart | ReasoningPart) -> None:
        if isinstance(part, ReasoningPart):
            self._reasoning.add(part.id)
        self._grow_to(message_id, part.id, part.text)
        self._lengths.pop(part.id, None)
        self.end_line()

    def _show_call(self, part: ToolPart) -> None:
        self._progress.end(part.id)
        self.say(self._tool_line(part))
        for diff in diffs(part):
            self._show_diff(diff)

    def _grow_to(self, message_id: str, part_id: str, text: str) -> None:
        """Shows what deltas have not brought of the text: some of them may have been missed."""
        self._grow(message_id, part_id, text[self._lengths.get(part_id, 0) :])

    def _grow(self, message_id: str, part_id: str, text: str) -> None:
        if not text or message_id in self._summaries:
            return
        self._lengths[part_id] = self._lengths.get(part_id, 0) + len(text)
        if part_id in self._reasoning:
            self._err.write(self._dim(harmless(text)))
            self._err.flush()
            self._unended["err"] = not text.endswith("\n")
        else:
            self._out.write(harmless(text) if self._out.isatty() else text)
            self._out.flush()
            self._unended["out"] = not text.endswith("\n")
            self._answered = True

    def _show_news(self, event: Status | ToolProgress | Notice) -> None:
        match event:
            case Status(state="retrying"):
                wait = max(0.0, (event.next_try_at or 0) / 1000 - time.time())
                self.say(f"{event.reason or 'The model did not answer.'} Trying again in {wait:.0f} s.")
            case ToolProgress():
                if line := self._progress.line(event):
                    self.say(line)
            case Status(state="compacting"):
                self.say("The conversation fills the model's context; it is being summarised.")
            case Notice() if event.severity != "error":  # what ends a turn is said with its end
                self.say(event.text)
            case _:
                pass

    def say(self, line: str) -> None:
        """A line on stderr, beside the answer."""
        self._break("err")
        if self._mixed:
            self._break("out")
        print(self._dim(harmless(line)), file=self._err, flush=True)

    def end_line(self) -> None:
        self._break("err")
        self._break("out")

    def _break(self, stream: str) -> None:
        if self._unended[stream]:
            self._unended[stream] = False
            print(file=self._out if stream == "out" else self._err, flush=True)

    def _tool_line(self, part: ToolPart) -> str:
        state = part.state
        exit_code = (state.metadata or {}).get("exitCode")
        well = state.status == "completed" and not exit_code
        line = f"{'✓' if well else '✗'} {part.name} {_cut(about(part))}"
        if exit_code:
            return f"{line} (exit code {exit_code})"
        return f"{line}: {_one_line(state.error)}" if state.error else line

    def _show_diff(self, diff: str) -> None:
        lines = harmless(diff).splitlines()
        for line in lines[:LONGEST_DIFF]:
            print(self._coloured(line), file=self._err)
        if len(lines) > LONGEST_DIFF:
            self.say(f"… {len(lines) - LONGEST_DIFF} more lines")

    def _coloured(self, line: str) -> str:
        colour = {"+": "32", "-": "31"}.get(line[:1], "2")
        return f"\x1b[{colour}m{line}\x1b[0m" if self._colour else line

    def _dim(self, text: str) -> str:
        return f"\x1b[2m{text}\x1b[22m" if self._colour else text


def about(part: ToolPart) -> str:
    """What a call is about, and of a command what was run: a model may call it what it likes."""
    given: object = part.state.input
    arguments = cast(dict[str, object], given) if isinstance(given, dict) else {}
    for name in ("command", "filePath", "url", "pattern", "description"):
        if isinstance(text := arguments.get(name), str) and (name == "command" or not part.state.title):
            return text
    return part.state.title or to_json(given).decode()


def todo_line(todo: Todo) -> str:
    return f"{TODO_MARKS[todo.status]} {_cut(todo.content)}"


def harmless(text: str) -> str:
    """The text without control characters that a terminal would obey."""
    return CONTROL.sub("�", text)


def _one_line(text: str) -> str:
    """All of an error: its reason may stand in a later line."""
    return " ".join(text.split())


def _cut(text: str) -> str:
    first = text.strip().partition("\n")[0]
    return first if len(first) <= LONGEST_INPUT else first[: LONGEST_INPUT - 1] + "…"
