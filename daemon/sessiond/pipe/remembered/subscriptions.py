"""What the client is told of without asking each time: sessions, and lists of sessions.

The engine that knew it is gone when it counts: the client is then told to ask again, from its last event on.
"""

from __future__ import annotations

import json

from sessiond.pipe import messages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sessiond.pipe.envelope import Message
    from sessiond.pipe.remembered.pending import Request

EVENT = b'{"jsonrpc":"2.0","method":"session/event","params":{"sessionId":"'
"""How the engine begins whatever happens in a session: nothing else need be known of most of its messages."""
RESYNC = b'{"jsonrpc":"2.0","method":"session/resync","params":{"sessionId":"%b"}}'
STOPPED = messages.notification("server/stopped", {})
SUBSCRIBING = {"session/subscribe", "session/chat", "session/summarize", "session/initProject", "chat", "summarize"}
ENDING = {"session/unsubscribe", "session/delete"}
_DELETED = b'"session.deleted"'
_LONGEST_DELETION = 600


class Subscriptions:
    def __init__(self) -> None:
        self._sessions: dict[bytes, None] = {}
        self._watched: set[str | None] = set()
        self._owed: list[bytes] = []

    def asked(self, request: Message) -> None:
        """Counts a subscription from the request on; what the client makes anew is seen by its first event."""
        session_id = request.params.get("sessionId")
        if request.method in SUBSCRIBING and isinstance(session_id, str):
            self._sessions[_written(session_id)] = None
        elif request.method == "sessions/watch":
            self._watched.add(_directory(request.params))

    def answered(self, request: Request) -> None:
        """Counts the end of one from the answer on: events may come before it."""
        session_id = request.params.get("sessionId")
        if request.method in ENDING and isinstance(session_id, str):
            self._sessions.pop(_written(session_id), None)
        elif request.method == "sessions/unwatch":
            self._watched.discard(_directory(request.params))

    def saw(self, event: bytes) -> None:
        """A message that begins with EVENT."""
        session_id = event[len(EVENT) : event.index(b'"', len(EVENT))]
        if session_id not in self._sessions:
            self._sessions[session_id] = None
        if len(event) < _LONGEST_DELETION and _DELETED in event and _tells_deletion(event):
            del self._sessions[session_id]

    def lose(self) -> None:
        """No engine knows of them any more."""
        resyncs = [RESYNC % session_id for session_id in self._sessions]
        if self._watched:
            resyncs.append(messages.notification("sessions/resync", {}))
        self._owed = list(dict.fromkeys(self._owed + resyncs))
        self._sessions.clear()
        self._watched.clear()

    def silenced(self) -> list[bytes]:
        """What the client is told when no engine comes until it asks for something: it still counts on hearing."""
        return [STOPPED] if self._owed else []

    def told(self) -> list[bytes]:
        """What the client has to be told of those that were lost. Nothing is owed to it then."""
        owed, self._owed = self._owed, []
        return owed


def _written(session_id: str) -> bytes:
    """As it stands between the quotes of an event."""
    return json.dumps(session_id)[1:-1].encode()


def _directory(params: dict[str, Any]) -> str | None:
    directory = params.get("directory")
    return directory if isinstance(directory, str) else None


def _tells_deletion(frame: bytes) -> bool:
    """Not by the bytes alone: an argument of a tool may hold anything."""
    events = json.loads(frame)["params"]["events"]
    return any(event.get("type") == "session.deleted" for event in events)
