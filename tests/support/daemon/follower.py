"""A client as the protocol asks it to be: when it has lost a session it subscribes again, from the last event it has.

It outlives engines, and by `reload` its own process as well. It holds every engine to what an earlier one has said:
the fold of its sessions goes on, and an event that is lost or comes twice breaks it.
"""

from typing import Any

from support.daemon.client import SECONDS, RequestFailed
from support.daemon.home import Home
from support.daemon.process import Daemon


class Follower(Daemon):
    def __init__(self, home: Home, **options: Any) -> None:
        super().__init__(home, **options)
        self.on_message = self._watch
        self._owed: dict[str, int | None] = {}
        """By session that was lost: up to which event it must hear to be whole again, None before that is known."""
        self._asked: dict[str, object] = {}
        """By session the last request to subscribe: one that left may have passed an earlier one on."""

    def follow(self, session_id: str) -> None:
        """Subscribes from what is known of it."""
        state = self.state(session_id)
        self._owed[session_id] = None
        self.deaf.add(session_id)
        asked = self._asked[session_id] = object()

        def begin(result: dict[str, Any]) -> None:
            if self._asked[session_id] is not asked:
                return
            assert result["seq"] >= state.seq, f"of {state.seq} events that were told {result['seq']} are left"
            state.begin(result)
            self.deaf.discard(session_id)
            self._owed[session_id] = result["seq"]

        self.send("session/subscribe", {"sessionId": session_id, "after": state.seq}, begin)

    @property
    def is_whole(self) -> bool:
        owed = ((state, self._owed.get(session_id, 0)) for session_id, state in self.sessions.items())
        return all(seq is not None and state.seq >= seq for state, seq in owed)

    async def whole(self, seconds: float = SECONDS) -> None:
        await self.until(lambda: self.is_whole, seconds)

    async def say(self, session_id: str, message_id: str, text: str = "Go on.") -> str:
        """Prompts until some engine has accepted it; the turn. The same message is never begun twice."""
        params = {"sessionId": session_id, "messageId": message_id, "text": text, "respond": "accepted"}
        while True:
            try:
                return (await self.request("session/chat", params))["turnId"]
            except RequestFailed as failure:
                if failure.kind != "engineLost":
                    raise

    async def reload(self) -> None:
        """The editor dies with its pipe and is started again: it knows what it knew, and follows it."""
        if self.running:
            await self.kill_pipe()
        await self.start()
        for session_id in self.sessions:
            self.follow(session_id)

    async def ends(self, *arguments: Any, **named: Any) -> None:
        """Deaths of engines were told, for people."""
        self.unread = [message for message in self.unread if message.get("method") != "window/logMessage"]
        await super().ends(*arguments, **named)

    def _watch(self, message: dict[str, Any]) -> None:
        if message.get("method") == "session/resync":
            self.follow(message["params"]["sessionId"])
