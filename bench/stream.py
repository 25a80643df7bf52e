"""One turn as a client sees it: when it was asked, when its text came, when it ended."""

import json
import select
import time
from collections.abc import Sequence
from typing import Any

from bench.connection import SECONDS, Connection, Event


class Stream:
    """Times in ns. `texts`: what each delta said, and when it had been read."""

    def __init__(self, connection: Connection, **plan: Any) -> None:
        """Asks in a session of its own for the answer that `model_server.Plan` describes."""
        self.connection = connection
        self.texts: list[tuple[int, str]] = []
        self.ended_at = 0
        self.session_id: str = connection.call("session/create")["id"]
        self.turn_id = ""
        self._seq = 0
        connection.listeners[self.session_id] = self
        self.asked_at = time.monotonic_ns()
        self._request = connection.send("session/chat", {"sessionId": self.session_id, "text": json.dumps(plan)})

    def heard(self, at: int, event: Event) -> None:
        self._seq = event.get("seq", self._seq)
        if event["type"] == "part.delta" and event["field"] == "text":
            self.texts.append((at, event["text"]))
        elif event["type"] == "turn.started":
            self.turn_id = event["turnId"]
        elif event["type"] == "turn.ended":
            self.ended_at = at

    def lost(self) -> None:
        """Goes on with what the next engine has."""
        self.connection.send("session/subscribe", {"sessionId": self.session_id, "after": self._seq})

    def finish(self) -> "Stream":
        self.connection.answer(self._request)
        return self

    def read_until(self, deltas: int, seconds: float = 60.0) -> None:
        """Reads on until so many deltas have come."""
        deadline = time.monotonic() + seconds
        while len(self.texts) < deltas:
            self.connection.read(deadline)

    @property
    def stamps(self) -> tuple[int, int, int]:
        """Of the server: the request was whole, a tool had been asked for, the first delta was written."""
        arrived, tool_asked, written = (int(moment) for moment in self.texts[0][1].split()[:3])
        return arrived, tool_asked, written

    def latencies(self, since: int = 0) -> list[int]:
        """Of a stamped stream: from the server's write of a delta, after that moment, until its text had been read."""
        stamped = [(at, int(moment)) for at, text in self.texts for moment in text.split()]
        return [at - moment for at, moment in stamped[3:] if moment > since]

    @property
    def added_to_first_token(self) -> int:
        """Prompt written → request whole at the server, and first delta written → first delta read."""
        arrived, _, written = self.stamps
        return arrived - self.asked_at + self.texts[0][0] - written


def read_to_the_end(streams: Sequence[Stream], seconds: float = SECONDS) -> None:
    """Reads whatever comes first of all of them, until each has ended."""
    deadline = time.monotonic() + seconds
    while waiting := {stream.connection.output: stream.connection for stream in streams if not stream.ended_at}:
        ready, _, _ = select.select([*waiting], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError("nothing was said in time")
        for output in ready:
            waiting[output].read(deadline)
