"""A slow client gets each row that has changed once, as it is; if too many wait, it is told to watch anew."""

import json

from sessiond.server.outgoing import watched
from sessiond.server.outgoing.outbox import Outbox
from sessiond.server.outgoing.queue import NOTIFICATION_BYTES
from support.daemon import SessionRows
from support.server.outbox import Reader, an_outbox, turn_of_loop

TITLE = "t" * 1000


def row(session_id: str, title: str) -> bytes:
    return json.dumps({"id": session_id, "title": title}).encode()


def change(outbox: Outbox, session_id: str, title: str) -> bool:
    return outbox.rows.row(session_id, row(session_id, title))


def heard(reader: Reader) -> list[object]:
    """What came, in short: answers by id, rows by title, deletions by id."""
    found: list[object] = []
    for message in reader.messages:
        match message.get("method"):
            case None:
                found.append(message["id"])
            case "sessions/changed":
                changed, deleted = message["params"]["changed"], message["params"]["deleted"]
                found.append([row["title"] for row in changed] + [f"no {session_id}" for session_id in deleted])
            case method:
                found.append(method)
    return found


async def test_what_changes_in_one_turn_of_the_loop_goes_out_together() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    for title in ("one", "two"):
        change(outbox, "a", title)
        change(outbox, "b", title)
    outbox.rows.row("c", None)
    await turn_of_loop()
    assert heard(reader) == [["two", "two", "no c"]]


async def test_many_changes_while_the_client_does_not_read_cost_one_row() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    for n in range(3 * watched.MOST_ROWS):
        assert change(outbox, f"s{n % 3}", f"{n} {TITLE}")
    outbox.rows.row("s0", None)
    change(outbox, "s1", "last")
    reader.read_on()
    await turn_of_loop()
    assert heard(reader) == [["last", f"{3 * watched.MOST_ROWS - 1} {TITLE}", "no s0"]]


async def test_a_row_that_changes_stands_behind_answers_that_may_be_older_and_others_keep_their_place() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    change(outbox, "a", "one")
    change(outbox, "b", "one")
    place = outbox.keep_place()
    change(outbox, "a", "two")
    outbox.send(b'{"id":2}')
    change(outbox, "a", "three")
    outbox.fill(place, b'{"id":1}')
    reader.read_on()
    await turn_of_loop()
    assert heard(reader) == [["one"], 1, 2, ["three"]]


async def test_what_changes_while_rows_are_read_for_an_answer_comes_behind_it() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    change(outbox, "a", "before")
    with outbox.rows.held(), outbox.rows.held():
        change(outbox, "b", "meanwhile")
        await turn_of_loop()
        outbox.send(b'{"id":1}')
        await turn_of_loop()
        assert heard(reader) == [["before"], 1]
    await turn_of_loop()
    assert heard(reader) == [["before"], 1, ["meanwhile"]]


async def test_rows_are_told_in_notifications_of_bounded_size() -> None:
    reader, rows = Reader(), SessionRows()
    outbox = an_outbox(reader)
    for n in range(1000):
        change(outbox, f"s{n}", TITLE)
    await turn_of_loop()
    await outbox.drained()
    assert max(reader.sizes) <= NOTIFICATION_BYTES
    assert len(reader.messages) > 1
    for message in reader.messages:
        rows.hear(message["method"], message["params"])
    assert len(rows.rows) == 1000


async def test_too_many_rows_become_a_resync_and_the_watch_is_over() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    for n in range(watched.MOST_ROWS):
        assert change(outbox, f"s{n}", "x")
    assert not change(outbox, "one too many", "x")
    outbox.send(b'{"id":1}')
    assert change(outbox, "a", "after it has watched anew")
    reader.read_on()
    await turn_of_loop()
    assert heard(reader) == ["sessions/resync", 1, ["after it has watched anew"]]


async def test_too_many_bytes_become_one_resync_however_often() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    reader.stall()
    half = "x" * (watched.MOST_ROW_BYTES // 2)
    for n in range(3):
        outbox.send(b'{"id":%d}' % n)
        assert change(outbox, "a", half)
        assert not change(outbox, "b", half)
    reader.read_on()
    await turn_of_loop()
    assert heard(reader) == [0, 1, 2, "sessions/resync"]


async def test_an_id_of_an_imported_session_may_be_any_text() -> None:
    reader = Reader()
    outbox = an_outbox(reader)
    outbox.rows.row('"\\', None)
    await turn_of_loop()
    assert heard(reader) == [['no "\\']]
