"""What a stretch of a conversation has done to files: each file's way from what it was to what it became. Pure.

Read from `metadata.changes` of tool calls, in the order in which they ended.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import msgspec

from sessiond_protocol.messages import Message, ToolPart


class FileHistory(msgspec.Struct):
    """Contents by their names; None is no file."""

    path: Path
    before: str | None
    """What it was first."""
    after: str | None
    """What the session has made of it last."""
    others: bool = False
    """Whether somebody else has changed it in between."""


def histories(messages: Iterable[Message]) -> dict[Path, FileHistory]:
    """Of every file that calls of these messages have changed."""
    found: dict[Path, FileHistory] = {}
    parts = sorted(calls(messages), key=lambda part: part.state.ended_at or 0)
    for path, before, after in (change for part in parts for change in _changes(part)):
        known = found.get(path)
        if known is None:
            found[path] = FileHistory(path, before, after)
        elif after != known.after or before != known.before:  # two commands at once have both seen a change
            known.others = known.others or before != known.after
            known.after = after
    return found


def notes(messages: Iterable[Message]) -> list[str]:
    """Why not all that calls of these messages have changed is known."""
    said = ((part.state.metadata or {}).get("uncovered") for part in calls(messages))
    reasons = dict.fromkeys(why for why in said if isinstance(why, str))
    return [f"What a command has changed is not known: {why}." for why in reasons]


def children(messages: Iterable[Message]) -> list[str]:
    """The sessions that tasks of these messages ran in."""
    told = ((part.state.metadata or {}).get("sessionId") for part in calls(messages) if part.name == "task")
    return [session_id for session_id in told if isinstance(session_id, str)]


def unnamed(messages: Iterable[Message]) -> list[tuple[int, int]]:
    """From when until when tasks of these messages ran that were stopped, and so do not name their sessions."""
    stopped = (part.state for part in calls(messages) if part.name == "task" and part.state.status == "failed")
    return [
        (state.started_at, state.ended_at)
        for state in stopped
        if state.started_at is not None and state.ended_at is not None and "sessionId" not in (state.metadata or {})
    ]


def calls(messages: Iterable[Message]) -> Iterator[ToolPart]:
    for message in messages:
        yield from (part for part in message.parts if isinstance(part, ToolPart))


def _changes(part: ToolPart) -> Iterator[tuple[Path, str | None, str | None]]:
    """A log may come from anywhere: what is no change is none."""
    told: object = (part.state.metadata or {}).get("changes")
    for change in cast("list[object]", told) if isinstance(told, list) else []:
        if isinstance(change, dict):
            fields = cast("dict[str, Any]", change)
            path, before, after = (fields.get(name) for name in ("path", "before", "after"))
            if isinstance(path, str) and isinstance(before, str | None) and isinstance(after, str | None):
                yield Path(path), before, after
