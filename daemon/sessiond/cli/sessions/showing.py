"""`sessiond sessions show`: a whole conversation for reading, and what it has cost."""

import sys
from collections.abc import Iterator

from sessiond.cli.client.client import Client
from sessiond.cli.turn.terminal import about, harmless
from sessiond.session.spending.words import money, tokens
from sessiond_protocol.keeping.usage import Spent, UsageResult
from sessiond_protocol.messages import FilePart, Message, ReasoningPart, Session, TextPart, ToolPart
from sessiond_protocol.methods import MessagesParams, MessagesResult, SessionParams
from sessiond_protocol.wire import to_json

PAGE = 200


async def show(client: Client, session_id: str, *, json: bool) -> None:
    session = await client.call("session/get", SessionParams(session_id), Session)
    messages = await _all_messages(client, session.id)
    if json:
        for message in messages:
            print(to_json(message).decode())
        return
    shown = harmless if sys.stdout.isatty() else str
    print(f"{harmless(session.title)}\n{session.id} in {harmless(session.directory)}\n")
    for message in messages:
        print(shown(as_text(message)))
    usage = await client.call("session/usage", SessionParams(session.id), UsageResult)
    if usage.calls > usage.untold:
        print("\n".join(spent_lines(usage)))


async def _all_messages(client: Client, session_id: str) -> list[Message]:
    messages: list[Message] = []
    before: str | None = None
    while True:
        page = await client.call("session/messages", MessagesParams(session_id, PAGE, before), MessagesResult)
        messages[:0] = page.messages
        before = page.next_cursor
        if before is None:
            return messages


def as_text(message: Message) -> str:
    """A message for reading: prompts after `>`, tool calls and files a line each, reasoning left out."""
    lines = ["Summary of what came before:"] if message.summary is not None else []
    for part in message.parts:
        match part:
            case TextPart():
                lines.append(f"> {part.text}" if message.role == "user" else part.text)
            case ToolPart():
                lines.append(_call(part))
            case FilePart():
                lines.append(f"[{part.name or part.uri[:80]}]")
            case ReasoningPart():
                pass
    if message.error:
        lines.append(f"failed: {message.error.message}")
    elif message.finish_reason in ("aborted", "interrupted"):
        lines.append(f"({message.finish_reason})")
    return "\n".join(lines) + "\n"


def _call(part: ToolPart) -> str:
    state = part.state
    sign = {"completed": "✓", "failed": "✗"}.get(state.status, "…")
    why = f": {' '.join(state.error.split())[:200]}" if state.error else ""
    return f"{sign} {part.name} {about(part)[:200]}".rstrip() + why


def spent_lines(usage: UsageResult) -> Iterator[str]:
    """The total, then by kind of work and by model where there are several."""
    yield f"Used: {tokens(usage.usage)}, {money(usage.cost, usage.at_least)}{_calls(usage.calls, usage.untold)}"
    works = {"turns": usage.turns, "summaries": usage.summaries, "titles": usage.titles, "tasks": usage.tasks}
    used = {name: spent for name, spent in works.items() if spent.calls}
    by_model = {entry.model or "(lost)": entry.spent for entry in usage.models}
    for group in (used, by_model):
        if len(group) > 1:
            yield from (f"  {name}: {_told(spent)}" for name, spent in group.items())


def _told(spent: Spent) -> str:
    return f"{tokens(spent.usage)}, {money(spent.cost, spent.at_least)}"


def _calls(calls: int, untold: int) -> str:
    counted = f" in {calls} model call{'s' if calls != 1 else ''}"
    return f"{counted}, {untold} of them untold" if untold else counted
