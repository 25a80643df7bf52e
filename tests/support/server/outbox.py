"""A client's end of an outbox that reads only when it is told to."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from sessiond.server.outgoing.outbox import Outbox


class Reader:
    """A client's end that reads only when it is told to; fits `wire.stdio.Output`."""

    def __init__(self) -> None:
        self.on_ready: Callable[[], None] = lambda: None
        self.on_closed: Callable[[], None] = lambda: None
        self.busy = False
        self.stalled = False
        self.messages: list[dict[str, Any]] = []
        self.sizes: list[int] = []

    def write(self, data: bytes) -> None:
        assert not self.busy
        for line in data.splitlines():
            self.sizes.append(len(line))
            self.messages.append(json.loads(line))
        self.busy = self.stalled

    def close(self) -> None:
        pass

    def stall(self) -> None:
        self.stalled = self.busy = True

    def read_on(self) -> None:
        self.stalled = self.busy = False
        self.on_ready()

    def events(self, session_id: str = "s") -> list[dict[str, Any]]:
        return [
            event
            for message in self.messages
            if message.get("method") == "session/event" and message["params"]["sessionId"] == session_id
            for event in message["params"]["events"]
        ]

    def seen(self) -> list[str]:
        """What came, in short: results by id, events by type."""
        found: list[str] = []
        for message in self.messages:
            if message.get("method") == "session/event":
                found += [event["type"] for event in message["params"]["events"]]
            else:
                found.append(message.get("method") or f"answer {message['id']}")
        return found


def an_outbox(reader: Reader, unsubscribed: list[str] | None = None) -> Outbox:
    leave = unsubscribed if unsubscribed is not None else []
    return Outbox(reader, lambda message: message + b"\n", leave.append)


async def turn_of_loop() -> None:
    await asyncio.sleep(0)
    await asyncio.sleep(0)
