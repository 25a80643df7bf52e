"""Conversations as Markdown that people like to read: prompts, answers, folded calls, changes, costs. Pure.

Called by `exchange.py`. What models and tools have written cannot break out of the place that it has here.
"""

import html
import re
import time
from collections.abc import Iterator, Sequence

import msgspec

from sessiond.engine.window.window import is_boundary, summary_text
from sessiond.session.exchange.calls import call_lines, fenced, folded
from sessiond.session.spending.words import money, tokens
from sessiond.session.transcript import Transcript
from sessiond_protocol.messages import FilePart, Message, ReasoningPart, TextPart, ToolPart


def as_markdown(transcripts: Sequence[Transcript]) -> str:
    """A session and the sessions of its tasks, each under a heading of its own."""
    return "\n\n".join(block for transcript in transcripts for block in _session(transcript)) + "\n"


def _session(transcript: Transcript) -> Iterator[str]:
    session = transcript.session
    yield f"# {one_line(session.title)}"
    models = dict.fromkeys(message.model for message in transcript.messages.values() if message.model)
    facts = {
        "Session": f"`{session.id}`" + (f", a task of `{session.parent_id}`" if session.parent_id else ""),
        "Directory": f"`{session.directory.replace('`', '')}`",
        "Begun": _moment(session.created_at),
        "Last changed": _moment(session.updated_at),
        "Models": ", ".join(f"`{model}`" for model in models) or "none",
        "Used": f"{tokens(session.usage)}, {money(session.cost)}",
    }
    yield "\n".join(["| | |", "|---|---|", *(f"| {name} | {_cell(value)} |" for name, value in facts.items())])
    messages = list(transcript.messages.values())
    for number, message in enumerate(messages):
        yield from _message(message)
        if number + 1 == len(messages) or messages[number + 1].turn_id != message.turn_id:
            yield from _end_of_turn(transcript, message.turn_id)


def _message(message: Message) -> Iterator[str]:
    if message.summary is not None:
        yield _summary(message)
    elif message.role == "user":
        yield "## Prompt"
        for part in message.parts:
            yield quoted(part.text) if isinstance(part, TextPart) else _attached(part)
    else:
        for part in message.parts:
            yield from _part(part)
        if message.error is not None:
            yield f"**Failed:** {one_line(message.error.message)}"


def _summary(message: Message) -> str:
    if is_boundary(message):
        return folded("Summary of the conversation so far", [kept_inside(summary_text(message))])
    why = message.error.message if message.error else "it was stopped"
    return f"*A summary was begun and does not count: {one_line(why)}*"


def _part(part: msgspec.Struct) -> Iterator[str]:
    match part:
        case TextPart(text=text):
            yield text.strip() or "(an empty answer)"
        case ReasoningPart(text=text) if text.strip():
            yield folded("Reasoning", [quoted(kept_inside(text.strip()))])
        case ToolPart():
            yield folded(*call_lines(part))
        case FilePart():
            yield _attached(part)
        case _:
            pass


def _attached(part: msgspec.Struct) -> str:
    match part:
        case FilePart(uri=uri) if uri.startswith("data:"):
            return f"> *Attached: {one_line(part.name or part.media_type)}*"
        case FilePart():
            return f"> *Attached: {one_line(part.name or part.uri)}*"
        case _:
            return fenced(msgspec.json.encode(part).decode(), "json")


def _end_of_turn(transcript: Transcript, turn_id: str) -> Iterator[str]:
    ended = transcript.ended_turns.get(turn_id)
    if ended is None:
        return
    if ended.error is not None:
        yield f"**The turn failed:** {one_line(ended.error.message)}"
    elif ended.stop_reason != "endTurn":
        yield f"**The turn ended early:** {ended.stop_reason}"
    yield f"*{tokens(ended.usage)}, {money(ended.cost)}*"
    yield "---"


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def kept_inside(text: str) -> str:
    """For what is folded: a text cannot end the fold that it stands in."""
    return re.sub(r"<(/?(?:details|summary))", r"&lt;\1", text, flags=re.IGNORECASE)


def one_line(text: str) -> str:
    """Without markup of its own."""
    return re.sub(r"([\\`*_\[\]|#])", r"\\\1", html.escape(" ".join(text.split()), quote=False))


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _moment(at: int) -> str:
    try:
        return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(at / 1000))
    except (ValueError, OverflowError, OSError):  # a document may say any time
        return str(at)
