"""The outgoing buffer: order, joined deltas, bounds, kept places, and a client that does not read."""

import asyncio
import tracemalloc

import pytest

from sessiond.server.outgoing.outbox import MOST_NEWS
from sessiond.session.open_part import OpenPart
from sessiond.session.subscription import Subscription
from sessiond_protocol.course.subscribing import OpenText, SubscribeResult
from sessiond_protocol.events import Notice, SessionUpdated, Status, ToolProgress
from sessiond_protocol.messages import Session
from sessiond_protocol.wire import to_json
from support.server.outbox import Reader, an_outbox, turn_of_loop


def response(number: int) -> bytes:
    return b'{"jsonrpc":"2.0","id":%d,"result":{}}' % number


def durable(seq: int, padding: int = 0) -> bytes:
    session = Session(id="s", title="x" * padding, directory="/", created_at=0, updated_at=0)
    return to_json(SessionUpdated(seq=seq, session=session))


def a_subscription(open_texts: list[OpenText], replay: list[bytes]) -> Subscription:
    session = Session(id="s", title="", directory="/", created_at=0, updated_at=0)
    result = SubscribeResult(mode="replay", seq=9, session=session, open=open_texts, permissions=[])
    return Subscription(result, replay)


async def test_events_of_one_turn_of_the_loop_travel_in_one_notification():
    reader = Reader()
    outbox = an_outbox(reader)

    outbox.durable("s", 1, durable(1))
    outbox.live("s", Status(state="running"))
    outbox.durable("s", 2, durable(2))
    await turn_of_loop()

    assert len(reader.messages) == 1
    assert reader.seen() == ["session.updated", "status", "session.updated"]


async def test_deltas_are_joined_and_go_on_where_the_last_one_ended():
    reader = Reader()
    outbox = an_outbox(reader)
    part = OpenPart("m", "p", "text")

    for text in ("Hé", "llo", " wörld", "!"):
        part.append(text)
        outbox.grown("s", part)
        if text == "llo":
            await turn_of_loop()
    await turn_of_loop()

    for event in reader.events():
        assert event.pop("at") > 0
    assert reader.events() == [
        {"type": "part.delta", "messageId": "m", "partId": "p", "field": "text", "text": "Héllo"},
        {"type": "part.delta", "messageId": "m", "partId": "p", "field": "text", "text": " wörld!"},
    ]


async def test_a_kept_place_comes_before_everything_that_was_queued_after_it():
    reader = Reader()
    outbox = an_outbox(reader)

    outbox.durable("s", 1, durable(1))
    place = outbox.keep_place()
    outbox.durable("s", 2, durable(2))
    outbox.send(response(2))
    await turn_of_loop()
    assert reader.seen() == ["session.updated"]

    outbox.fill(place, response(1))
    await turn_of_loop()

    assert reader.seen() == ["session.updated", "answer 1", "session.updated", "answer 2"]


async def test_unwanted_live_events_are_not_sent():
    reader = Reader()
    outbox = an_outbox(reader)
    outbox.unwanted = frozenset({"part.delta", "notice"})
    part = OpenPart("m", "p", "text")
    part.append("a")

    outbox.grown("s", part)
    outbox.live("s", Notice(severity="info", text="n"))
    outbox.live("s", Status(state="idle"))
    await turn_of_loop()

    assert reader.seen() == ["status"]


async def test_only_the_latest_status_waits_and_other_live_events_are_bounded():
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()

    for attempt in range(1000):
        outbox.live("s", Status(state="retrying", attempt=attempt))
        outbox.live("s", ToolProgress(message_id="m", part_id="p", done=attempt))
    reader.read_on()
    await turn_of_loop()

    events = reader.events()
    assert [event["attempt"] for event in events if event["type"] == "status"] == [999]
    done = [event["done"] for event in events if event["type"] == "tool.progress"]
    assert done == list(range(1000 - MOST_NEWS, 1000))


async def test_notifications_are_at_most_256_kib_save_one_larger_event():
    reader = Reader()
    outbox = an_outbox(reader)
    part = OpenPart("m", "p", "text")
    part.append("\x01é\n" * 300_000)

    outbox.durable("s", 1, durable(1, 100_000))
    outbox.durable("s", 2, durable(2, 200_000))
    outbox.durable("s", 3, durable(3, 400_000))
    outbox.grown("s", part)
    outbox.durable("s", 4, durable(4))
    await asyncio.wait_for(outbox.drained(), 10)

    assert [size for size in reader.sizes if size > 256 * 1024] == [max(reader.sizes)]
    events = reader.events()
    assert "".join(event["text"] for event in events if event["type"] == "part.delta") == part.text()
    assert [event["seq"] for event in events if "seq" in event] == [1, 2, 3, 4]
    assert events[-1]["type"] == "session.updated"


async def test_a_client_that_does_not_read_costs_no_memory_for_deltas():
    reader = Reader()
    outbox = an_outbox(reader)
    part = OpenPart("m", "p", "text")
    reader.stall()
    outbox.grown("s", part)
    tracemalloc.start()
    try:
        for _ in range(50_000):
            part.append("x" * 100)
            outbox.grown("s", part)
        grown = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert grown < 8 * 1024 * 1024  # the text itself: 5 MB
    reader.read_on()
    await asyncio.wait_for(outbox.drained(), 10)
    assert "".join(event["text"] for event in reader.events()) == part.text()


async def test_past_16_mib_the_session_that_owes_most_is_dropped_and_must_resync():
    reader = Reader()
    unsubscribed: list[str] = []
    outbox = an_outbox(reader, unsubscribed)
    reader.stall()

    outbox.durable("other", 1, durable(1))
    for seq in range(1, 40):
        outbox.durable("s", seq, durable(seq, 1024 * 1024))
    outbox.durable("other", 2, durable(2))
    assert unsubscribed == []
    reader.read_on()
    await asyncio.wait_for(outbox.drained(), 10)

    assert reader.events("s") == []
    assert [event["seq"] for event in reader.events("other")] == [1, 2]
    resync = {"jsonrpc": "2.0", "method": "session/resync", "params": {"sessionId": "s"}}
    assert [message for message in reader.messages if message["method"] == "session/resync"] == [resync]
    assert unsubscribed == ["s"]

    outbox.durable("s", 50, durable(50))
    await turn_of_loop()
    assert [event["seq"] for event in reader.events("s")] == [50], "subscribed anew, it is heard again"


async def test_a_subscription_replays_and_goes_on_from_the_texts_it_was_told():
    reader = Reader()
    outbox = an_outbox(reader)
    part = OpenPart("m", "p", "text")
    part.append("known é")
    outbox.grown("s", part)
    outbox.durable("s", 8, durable(8))
    place = outbox.keep_place()

    opened = OpenText(message_id="m", part_id="p", field="text", text=part.text())
    outbox.subscribed("s", a_subscription([opened], [durable(8), durable(9)]))
    outbox.fill(place, response(1))
    part.append(" and new")
    outbox.grown("s", part)
    await turn_of_loop()

    assert reader.seen() == ["answer 1", "session.updated", "session.updated", "part.delta"]
    assert reader.events()[-1]["text"] == " and new"


async def test_nothing_of_a_session_comes_after_it_was_left():
    reader = Reader()
    outbox = an_outbox(reader)

    outbox.durable("s", 1, durable(1))
    outbox.durable("other", 1, durable(1))
    outbox.forget("s")
    await turn_of_loop()

    assert (reader.events("s"), len(reader.events("other"))) == ([], 1)


async def test_a_client_that_does_not_read_its_answers_is_not_read_from():
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    await asyncio.wait_for(outbox.room(), 1)
    for number in range(6):
        outbox.send(b'{"id":%d,"result":"%b"}' % (number, b"x" * 1024 * 1024))

    waiting = asyncio.ensure_future(outbox.room())
    await turn_of_loop()
    assert not waiting.done()
    reader.read_on()

    await asyncio.wait_for(waiting, 5)


@pytest.mark.parametrize("wait", ["room", "drained"])
async def test_nobody_waits_for_an_output_that_is_closed(wait: str):
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    outbox.send(b"x" * 5 * 1024 * 1024)
    waiting = asyncio.ensure_future(getattr(outbox, wait)())
    await turn_of_loop()

    outbox.close()

    await asyncio.wait_for(waiting, 1)
