"""What a small client knows of one session: a fold of its own over JSON objects, apart from the engine's.

Fed by `client.py`. It asserts the laws of the event stream while it folds: no gap in `seq`, no delta for
a part that is not open, ends that carry what the deltas said, and nothing open after `turn.ended`.
"""

from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from support.daemon.framing import decode

Event = dict[str, Any]


class SessionState:
    def __init__(self) -> None:
        self.seq = 0
        self.session: dict[str, Any] = {}
        self.messages: dict[str, dict[str, Any]] = {}
        self.hidden: dict[str, dict[str, Any]] = {}
        """Those that were taken back."""
        self.permissions: dict[str, dict[str, Any]] = {}
        self.questions: dict[str, dict[str, Any]] = {}
        self._open: dict[str, list[str]] = {}
        self._so_far: dict[str, str] = {}
        """The texts of a subscription's answer whose parts begin in the replay that follows it."""
        self.events: list[Event] = []
        """All that was heard, in order; replays included."""
        self.stored: dict[int, bytes] = {}
        """The durable events as they came, by `seq`."""

    @classmethod
    def of_events(cls, stored: Iterable[bytes]) -> "SessionState":
        """The state of a client that has seen just these durable events, from 1 on."""
        state = cls()
        state.take(list(stored))
        return state

    @property
    def open(self) -> dict[str, str]:
        """The text so far of each open part: of a tool, that of its input."""
        return {part_id: "".join(pieces) for part_id, pieces in self._open.items()}

    def begin(self, subscription: dict[str, Any]) -> None:
        """Takes the result of `session/subscribe`; a replay goes on from what is known already."""
        if subscription["mode"] == "snapshot":
            self.messages = {message["id"]: message for message in deepcopy(subscription["messages"])}
            self.seq = subscription["seq"]
            self.session = subscription["session"]
        known = {part["id"] for message in self.messages.values() for part in message["parts"]}
        self._so_far = {text["partId"]: text["text"] for text in subscription["open"]}
        self._open = {part_id: [self._so_far.pop(part_id)] for part_id in known & self._so_far.keys()}
        self.permissions = {request["id"]: request for request in subscription["permissions"]}
        self.questions = {request["id"]: request for request in subscription["questions"]}

    def take(self, raw: Sequence[bytes]) -> None:
        for json in raw:
            event: Event = decode(json)
            self.events.append(event)
            if "seq" in event:
                self._fold(event, json)
            elif event["type"] == "part.delta":
                assert event["partId"] in self._open, f"a delta for a part that is not open: {event}"
                self._open[event["partId"]].append(event["text"])

    def conversation(self) -> list[dict[str, Any]]:
        """The messages as they look to a user now, with the text so far of open parts."""
        messages, texts = deepcopy(list(self.messages.values())), self.open
        for message in messages:
            for part in message["parts"]:
                if part["id"] in texts and "text" in part:
                    part["text"] = texts[part["id"]]
        return messages

    def types(self) -> list[str]:
        """The kinds of durable events heard, in order."""
        return [event["type"] for event in self.events if "seq" in event]

    def heard(self, kind: str, **fields: Any) -> Event | None:
        """The last event of a kind that has these values."""
        for event in reversed(self.events):
            if event["type"] == kind and all(event.get(name) == value for name, value in fields.items()):
                return event
        return None

    def _fold(self, event: Event, json: bytes) -> None:
        assert event["seq"] == self.seq + 1, f"seq {self.seq} is followed by {event}"
        self.seq = event["seq"]
        self.stored[self.seq] = bytes(json)
        match event["type"]:
            case "session.created" | "session.updated" | "session.deleted":
                self.session = event["session"]
            case "turn.started":
                self.session |= {"turnId": event["turnId"], "updatedAt": event["at"]}
            case "turn.ended":
                assert not self._open, f"{event['turnId']} has ended with open parts: {list(self._open)}"
                self.session |= {"turnId": None, "updatedAt": event["at"]}
            case "message.added":
                self.messages[event["message"]["id"]] = deepcopy(event["message"])
            case "message.ended":
                ended = {name: event.get(name) for name in ("usage", "cost", "finishReason", "error")}
                message = self.messages[event["messageId"]]
                message |= {name: value for name, value in ended.items() if value is not None}
            case "session.reverted" | "session.unreverted" | "session.sealed":
                self._fold_course(event)
            case "permission.asked" | "permission.replied" | "question.asked" | "question.answered":
                self._fold_request(event)
                self.session["waiting"] = len(self.permissions) + len(self.questions)
            case _:
                self._fold_part(event)

    def _fold_request(self, event: Event) -> None:
        waiting = self.permissions if event["type"].startswith("permission.") else self.questions
        if "request" in event:
            waiting[event["request"]["id"]] = event["request"]
        else:
            waiting.pop(event["requestId"], None)

    def _fold_course(self, event: Event) -> None:
        ids = list(self.messages)
        if event["type"] == "session.reverted" and event.get("conversation") and event["messageId"] in ids:
            taken = ids[ids.index(event["messageId"]) :]
            self.hidden = {each: self.messages.pop(each) for each in taken} | self.hidden
        elif event["type"] != "session.reverted":
            self.messages |= self.hidden if event["type"] == "session.unreverted" else {}
            self.hidden = {}

    def _fold_part(self, event: Event) -> None:
        parts: list[dict[str, Any]] = self.messages[event["messageId"]]["parts"] if "messageId" in event else []
        match event["type"]:
            case "part.started":
                parts.append(deepcopy(event["part"]))
                so_far = self._so_far.pop(event["part"]["id"], event["part"].get("text", ""))
                self._open[event["part"]["id"]] = [so_far]
            case "part.ended":
                self._check_text(event["part"])
                parts[:] = [deepcopy(event["part"]) if part["id"] == event["part"]["id"] else part for part in parts]
            case "tool.changed":
                next(part for part in parts if part["id"] == event["partId"])["state"] = event["state"]
            case _:
                pass

    def _check_text(self, part: dict[str, Any]) -> None:
        """A replay brings no deltas; else the end says what they said."""
        said = "".join(self._open.pop(part["id"], []))
        if said and "text" in part:
            assert part["text"] == said, (
                f"{part['id']} ended otherwise than its deltas: {len(part['text'])} {len(said)}"
            )
