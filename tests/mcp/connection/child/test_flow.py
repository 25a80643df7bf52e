"""What a server may have of the event loop and of its log, by a clock that the tests turn."""

from hypothesis import given
from hypothesis import strategies as st

from sessiond.mcp.connection.child.flow import Bucket, Notes


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_what_is_in_it_and_fills_with_time() -> None:
    clock = Clock()
    bucket = Bucket(capacity=10, rate=2, clock=clock)

    assert bucket.take(10)
    assert not bucket.take(1)
    clock.now += 1
    assert bucket.take(2)
    assert not bucket.take(0.1)
    clock.now += 1000
    assert bucket.level == 10


def test_debt_is_paid_with_time() -> None:
    clock = Clock()
    bucket = Bucket(capacity=10, rate=2, clock=clock)

    bucket.spend(14)

    assert (bucket.level, bucket.seconds_in_debt) == (-4, 2)
    clock.now += 2
    assert (bucket.level, bucket.seconds_in_debt) == (0, 0)


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 20)), max_size=50))
def test_nobody_takes_more_than_the_capacity_and_what_has_flowed_in(steps: list[tuple[float, float]]) -> None:
    clock = Clock()
    bucket = Bucket(capacity=10, rate=2, clock=clock)
    taken = 0.0

    for seconds, amount in steps:
        clock.now += seconds
        taken += amount if bucket.take(amount) else 0

    assert taken <= 10 + 2 * (clock.now - 100) + 1e-6


def test_notes_say_how_many_were_left_out_and_go_on_once_there_is_room_for_several() -> None:
    clock = Clock()
    said: list[str] = []
    notes = Notes(said.append, most=20, rate=1, clock=clock)

    notes.add(*[f"first {number}" for number in range(22)])
    clock.now += 1
    notes.add("not yet")
    clock.now += 1
    notes.add("again")
    notes.settle()

    assert said == ["\n".join(f"first {number}" for number in range(20)), "… 3 lines like these were left out", "again"]


def test_what_is_owed_is_said_at_the_end() -> None:
    said: list[str] = []
    notes = Notes(said.append, most=1, rate=1, clock=Clock())

    notes.add("one", "two", "three")
    notes.settle()
    notes.settle()

    assert said == ["one", "… 2 lines like these were left out"]
