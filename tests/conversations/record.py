"""Records what the daemon says in the conversations of this folder: one file of events for each page, in `recorded/`.

`python tests/conversations/record.py` writes them; clients draw them in tests of their own. Ids, times and
paths are replaced by ones that are the same in every run, so that a file changes only when the events do.
"""

import asyncio
import json
import re
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.daemon import Home
from support.golden import Conversation

DOCUMENTS = Path(__file__).parent
RECORDED = DOCUMENTS / "recorded"

_ID = re.compile(r"\b([a-z]{3,4})_[0-9a-f]{24,26}\b")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_TIMES = {"at", "createdAt", "updatedAt", "startedAt", "endedAt", "nextTryAt"}
_ROUNDED = 1000
"""Larger counts of tokens are those of a whole request, which has paths of the machine in it."""
_BEGIN = 1_764_036_000_000
_LEFT_OUT = {"status", "context", "tool.progress"}
"""Live events that come at their own pace, or count what differs between machines."""


class Recording(Conversation):
    def __init__(self, document: Path, home: Home) -> None:
        super().__init__(document, home)
        self._place = str(home.place)
        self._events: list[tuple[str, dict[str, Any]]] = []
        self._seen: set[tuple[str, int]] = set()

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("method") == "session/event":
            for event in message["params"]["events"]:
                self._keep(message["params"]["sessionId"], event)
        super()._hear(message)

    def _keep(self, session: str, event: dict[str, Any]) -> None:
        """Replays are kept once, and deltas joined however they came."""
        if event["type"] in _LEFT_OUT or (session, event.get("seq", 0)) in self._seen:
            return
        if "seq" in event:
            self._seen.add((session, event["seq"]))
        last = self._events[-1] if self._events else ("", {})
        if event["type"] == "part.delta" == last[1].get("type") and event["partId"] == last[1]["partId"]:
            self._events[-1] = (session, last[1] | {"text": last[1]["text"] + event["text"]})
        else:
            self._events.append((session, event))

    def text(self) -> str:
        """The recording as JSON lines, each the parameters of a `session/event` with one event."""
        steady = _Steady(self._place)
        lines = [{"sessionId": session, "events": [event]} for session, event in self._events]
        return "".join(json.dumps(steady.value(line), ensure_ascii=False) + "\n" for line in lines)


class _Steady:
    """Replaces what differs from run to run, each by its first appearance."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._names: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._now = _BEGIN

    def value(self, value: Any, name: str = "") -> Any:
        if name in _TIMES and value is not None:
            self._now += 1000 if name == "at" else 0
            return self._now
        if name == "usage" and value and value["input"] > _ROUNDED:
            return value | {"input": value["input"] // _ROUNDED * _ROUNDED}
        if isinstance(value, dict):
            return {key: self.value(member, key) for key, member in value.items()}
        if isinstance(value, list):
            return [self.value(member) for member in value]
        if isinstance(value, Decimal):
            return int(value) if value == value.to_integral_value() else float(value)
        return self._text(value) if isinstance(value, str) else value

    def _text(self, text: str) -> str:
        text = _ISO.sub("2025-11-25T02:00:00.000Z", text.replace(self._place, "/home/user"))
        return _ID.sub(lambda found: self._name(found[0], found[1]), text)

    def _name(self, id: str, kind: str) -> str:
        if id not in self._names:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._names[id] = f"{kind}_{self._counts[kind]}"
        return self._names[id]


async def record(document: Path, home: Home) -> str:
    recording = Recording(document, home)
    await recording.play()
    return recording.text()


def main() -> None:
    RECORDED.mkdir(exist_ok=True)
    for document in sorted(DOCUMENTS.glob("[!R]*.md")):
        with tempfile.TemporaryDirectory() as place:
            text = asyncio.run(record(document, Home(Path(place))))
        (RECORDED / f"{document.stem}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
