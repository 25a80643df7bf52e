"""How much of the event loop one server may have, and how often its oddities are told. Pure: the clock is passed in.

Costs are seconds of the loop, measured (decision 0100). What a server was asked for costs it nothing.
"""

import time
from collections.abc import Callable

Clock = Callable[[], float]

SHARE = 0.1
"""Of the event loop, for what nobody has asked for."""
BURST_SECONDS = 0.5
"""Of the loop's time, that may be had at once."""
MESSAGE_SECONDS = 250e-6
"""To hand on a message: the SDK makes a task of it."""
LINE_SECONDS = 5e-6
"""To look at a line and leave it."""
BYTE_SECONDS = 2e-9


class Bucket:
    """Filled to `capacity` at first, and by `rate` a second again."""

    def __init__(self, capacity: float, rate: float, clock: Clock = time.monotonic) -> None:
        self._capacity = self._level = capacity
        self._rate = rate
        self._clock = clock
        self._filled_at = clock()

    def take(self, amount: float) -> bool:
        """False, and nothing taken, when there is less than that in it."""
        self._fill()
        enough = self._level >= amount
        if enough:
            self._level -= amount
        return enough

    @property
    def level(self) -> float:
        """Below 0 when it is in debt."""
        self._fill()
        return self._level

    def spend(self, amount: float) -> None:
        """Even when there is less than that in it: then it is in debt."""
        self._fill()
        self._level -= amount

    @property
    def seconds_in_debt(self) -> float:
        """0 when there is no debt."""
        return max(0.0, -self.level / self._rate)

    def _fill(self) -> None:
        now = self._clock()
        self._level = min(self._capacity, self._level + (now - self._filled_at) * self._rate)
        self._filled_at = now


def loop_share(share: float = SHARE, clock: Clock = time.monotonic) -> Bucket:
    """Of seconds of the event loop."""
    return Bucket(BURST_SECONDS, share, clock)


class Notes:
    """Lines for a log, as often as a bucket allows; then how many were left out."""

    def __init__(self, say: Callable[[str], None], most: int, rate: float, clock: Clock = time.monotonic) -> None:
        """`most` at once, and `rate` a second in the long run."""
        self._say = say
        self._bucket = Bucket(most, rate, clock)
        self._pause = most / 10
        """What there has to be again before it goes on, lest every other line be about those left out."""
        self._left_out = 0

    def add(self, *lines: str) -> None:
        level = self._bucket.level
        told = 0 if self._left_out and level < self._pause else min(len(lines), int(level))
        if told:
            self.settle()
            self._bucket.take(told)
            self._say("\n".join(lines[:told]))
        self._left_out += len(lines) - told

    def settle(self) -> None:
        """Says what is still owed."""
        if self._left_out:
            self._say(f"… {self._left_out:,} lines like these were left out")
            self._left_out = 0
