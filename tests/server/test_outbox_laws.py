"""Whatever a session and a slow client do to an outbox, texts are complete and the order of the log holds."""

import asyncio
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sessiond.session.open_part import OpenPart
from sessiond_protocol.events import PartEnded, PartStarted, SessionUpdated, Status, TurnEnded
from sessiond_protocol.messages import Session, TextPart, Usage
from sessiond_protocol.wire import to_json
from support.server.outbox import Reader, an_outbox, turn_of_loop

SLOTS = st.integers(0, 2)
STEPS = st.lists(
    st.tuples(st.just("grow"), SLOTS, st.text(min_size=1, max_size=5))
    | st.tuples(st.just("grow"), SLOTS, st.text(min_size=1, max_size=5))
    | st.tuples(st.sampled_from(["record", "say", "stall", "read", "end", "end_turn"]), SLOTS, st.just(""))
    | st.tuples(st.just("loop"), SLOTS, st.just("")),
    max_size=60,
)


class Interleaving:
    """A session with up to three open parts, and a client that stalls and reads on as it likes."""

    def __init__(self) -> None:
        self.reader = Reader()
        self.outbox = an_outbox(self.reader)
        self.said: list[tuple[Any, str]] = []
        """Durable events as `(seq, type)`, deltas as `(part id, text)`."""
        self._parts: dict[int, OpenPart] = {}
        self._seq = 0
        self._names = 0

    def grow(self, slot: int, text: str) -> None:
        if slot not in self._parts:
            self._names += 1
            self._parts[slot] = OpenPart("m", f"p{self._names}", "text")
            self._durable(PartStarted(message_id="m", part=TextPart(id=f"p{self._names}", text="")))
        part = self._parts[slot]
        part.append(text)
        self.said.append((part.part_id, text))
        self.outbox.grown("s", part)

    def end(self, slot: int, _: str = "") -> None:
        if part := self._parts.pop(slot, None):
            self._durable(PartEnded(message_id="m", part=TextPart(id=part.part_id, text=part.text())))

    def end_turn(self, *_: object) -> None:
        for slot in list(self._parts):
            self.end(slot)
        self._durable(TurnEnded(turn_id="t", stop_reason="endTurn", usage=Usage(), cost=None))

    def record(self, *_: object) -> None:
        self._durable(SessionUpdated(session=Session(id="s", title="", directory="/", created_at=0, updated_at=0)))

    def say(self, *_: object) -> None:
        self.outbox.live("s", Status(state="running"))

    def stall(self, *_: object) -> None:
        self.reader.stall()

    def read(self, *_: object) -> None:
        self.reader.read_on()

    def _durable(self, event: Any) -> None:
        self._seq += 1
        event.seq = self._seq
        self.said.append((self._seq, event.__struct_config__.tag))
        self.outbox.durable("s", self._seq, to_json(event))

    def heard(self) -> list[tuple[Any, str]]:
        return [
            (event["partId"], event["text"]) if event["type"] == "part.delta" else (event["seq"], event["type"])
            for event in self.reader.events()
            if event["type"] != "status"
        ]


@given(STEPS)
def test_texts_are_complete_and_the_order_holds(steps: list[tuple[str, int, str]]):
    said, heard = asyncio.run(played(steps))

    assert between_durables(heard) == between_durables(said)


async def played(steps: list[tuple[str, int, str]]) -> tuple[list[tuple[Any, str]], list[tuple[Any, str]]]:
    session = Interleaving()
    for name, slot, text in steps:
        if name == "loop":
            await turn_of_loop()
        else:
            getattr(session, name)(slot, text)
    session.read()
    await asyncio.wait_for(session.outbox.drained(), 5)
    return session.said, session.heard()


def between_durables(events: list[tuple[Any, str]]) -> list[Any]:
    """The durable events in order, and between two of them the text that each part got."""
    found: list[Any] = [{}]
    for what, text in events:
        if isinstance(what, int):
            found += [(what, text), {}]
        else:
            found[-1][what] = found[-1].get(what, "") + text
    return found
