"""A real engine in this process: the real store in a temporary directory and the scripted provider."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from sessiond.app import Engine, create_engine
from sessiond.session.open_part import OpenPart
from sessiond.session.subscribers import Relayed
from sessiond_protocol.events import LiveEvent
from sessiond_protocol.wire import to_json


class Listener:
    """A subscriber that keeps what it hears: events as JSON objects, deltas as text by part."""

    name = "listener"
    answers = True

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.live_events: list[dict[str, Any]] = []
        self.parts: dict[str, OpenPart] = {}
        self._heard = asyncio.Event()

    def durable(self, session_id: str, seq: int, event: bytes) -> None:
        self.events.append(json.loads(event))
        self._heard.set()

    def grown(self, session_id: str, part: OpenPart) -> None:
        self.parts[part.part_id] = part

    def live(self, session_id: str, event: LiveEvent | Relayed) -> None:
        self.live_events.append(json.loads(to_json(event)))
        self._heard.set()

    def types(self) -> list[str]:
        return [event["type"] for event in self.events]

    async def first(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first event that meets the condition, waited for."""
        while True:
            self._heard.clear()
            for event in (*self.events, *self.live_events):
                if condition(event):
                    return event
            await self._heard.wait()


@asynccontextmanager
async def engine_with(
    home: Path, steps: list[dict[str, Any]], config: str = "", environment: Mapping[str, str] | None = None
) -> AsyncIterator[Engine]:
    """An engine whose model plays `steps`; its project is `home/project`."""
    project = home / "project"
    project.mkdir(parents=True, exist_ok=True)
    script = home / "steps.jsonl"
    script.write_bytes(b"\n".join(msgspec.json.encode(step) for step in steps))
    config_file = home / "config.toml"
    config_file.write_text(
        f'model = "script/any"\n{config}\n[provider.script]\napi = "scripted"\nscript = {json.dumps(str(script))}\n'
    )
    places = {"HOME": str(home), "SESSIOND_CONFIG": str(config_file), "SESSIOND_DATA_DIR": str(home / "data")}
    engine = create_engine({**places, **(environment or {})}, str(project))
    try:
        yield engine
    finally:
        await engine.close()
