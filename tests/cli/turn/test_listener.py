"""What `sessiond run` hears: each event of its turn once and as it came, whatever was missed or is unknown."""

import json
from typing import Any

import msgspec

from sessiond.cli.turn.listener import Listener
from sessiond_protocol.course.subscribing import OpenText, SubscribeResult
from sessiond_protocol.events import Event
from sessiond_protocol.messages import PermissionRequest, Session
from sessiond_protocol.wire import to_json

SESSION = Session(id="ses", title="T", directory="/", created_at=1, updated_at=1)
QUESTION = PermissionRequest("per", "ses", "trn", "msg", "prt", "bash", "Run", "bash", ["ls"])


class Shown:
    """A view that keeps what it is given."""

    def __init__(self, *, full: bool = False) -> None:
        self.events: list[tuple[str | None, dict[str, Any]]] = []
        self.open: list[OpenText] = []
        self._full = full

    def event(self, event: Event | None, encoded: bytes) -> None:
        if self._full:
            raise OSError(28, "No space left on device")
        self.events.append((event and type(event).__name__, json.loads(encoded)))

    def resumed(self, open: OpenText) -> None:
        self.open.append(open)


def hear(listener: Listener, *events: dict[str, Any]) -> None:
    listener.heard("ses", [msgspec.Raw(json.dumps(event).encode()) for event in events])


def ended(seq: int, turn_id: str) -> dict[str, Any]:
    return {"type": "turn.ended", "seq": seq, "turnId": turn_id, "stopReason": "endTurn", "usage": {}, "cost": None}


def prompt(seq: int, turn_id: str, message_id: str) -> dict[str, Any]:
    message = {"id": message_id, "sessionId": "ses", "turnId": turn_id, "role": "user", "parts": [], "createdAt": 1}
    return {"type": "message.added", "seq": seq, "message": message}


def sealed(seq: int) -> dict[str, Any]:
    return {"type": "session.sealed", "seq": seq}


def begun(**fields: Any) -> SubscribeResult:
    plain: dict[str, Any] = {"mode": "replay", "seq": 2, "session": SESSION, "open": [], "permissions": []}
    return SubscribeResult(**plain | fields)


def test_an_event_is_shown_once_though_it_is_told_again_and_an_unknown_one_as_it_is() -> None:
    listener = Listener(view := Shown())
    news = {"type": "of.the.future", "seq": 3, "what": [1.50]}

    hear(listener, sealed(1), sealed(2))
    hear(listener, sealed(2), news, {"type": "status", "state": "idle"})

    assert view.events == [
        ("SessionSealed", sealed(1)),
        ("SessionSealed", sealed(2)),
        (None, news),
        ("Status", {"type": "status", "state": "idle"}),
    ]
    assert (listener.session_id, listener.seq) == ("ses", 3)


def test_what_is_said_behind_its_own_turn_is_not_for_it() -> None:
    listener = Listener(view := Shown())
    listener.prompt_id = "mine"

    hear(listener, prompt(1, "a", "other"), ended(2, "a"), prompt(3, "b", "mine"), ended(4, "b"), sealed(5))

    assert [event["seq"] for _, event in view.events] == [1, 2, 3, 4]
    assert listener.turn_id == "b"


def test_questions_that_were_answered_while_it_did_not_hear_are_settled_and_new_ones_asked() -> None:
    listener = Listener(Shown())
    hear(listener, {"type": "permission.asked", "seq": 1, "request": json.loads(to_json(QUESTION))})
    listener.missed("ses")
    other = msgspec.structs.replace(QUESTION, id="other")

    listener.subscribed(begun(permissions=[other]))

    first, second = listener.asked.get_nowait(), listener.asked.get_nowait()
    assert listener.behind.is_set()
    assert (first.request, first.settled.is_set()) == (QUESTION, True)
    assert (second.request, second.settled.is_set()) == (other, False)


def test_after_a_gap_open_texts_go_on_and_what_a_snapshot_has_folded_is_not_waited_for() -> None:
    listener = Listener(view := Shown())
    text = OpenText("m", "p", "text", "So far")

    listener.subscribed(begun(mode="snapshot", seq=9, open=[text]))
    hear(listener, sealed(9), sealed(10))

    assert view.open == [text]
    assert [event["seq"] for _, event in view.events] == [10]


def test_what_comes_behind_an_answer_waits_until_that_is_taken_in() -> None:
    listener = Listener(view := Shown())

    with listener.holding():
        hear(listener, sealed(10))
        listener.subscribed(begun(mode="snapshot", seq=9, open=[OpenText("m", "p", "text", "So far")]))
        assert view.events == []

    assert [event["seq"] for _, event in view.events] == [10]


def test_a_full_disk_is_kept_and_nothing_more_is_shown() -> None:
    listener = Listener(Shown(full=True))

    hear(listener, sealed(1), sealed(2))

    assert listener.deaf.is_set()
    assert isinstance(listener.refusal, OSError)
    assert listener.seq == 2
