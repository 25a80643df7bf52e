"""How long a server is left alone before it is started again, by how its connections have ended. Has no clock."""

import random
from collections.abc import Callable

STEADY = 60.0
"""Seconds; a connection that was good for as long wipes out the failures before it."""
MOST_FAILURES = 5
FIRST_WAIT = 1.0
_JITTER = 0.1
"""The share of a wait that may be added to it, so that many servers do not come back at once."""


class Backoff:
    def __init__(self, share: Callable[[], float] = random.random) -> None:
        """`share`: of the jitter, from 0 to 1."""
        self._share = share
        self._failures = 0

    def wait(self, good_for: float | None) -> float | None:
        """Seconds to wait after a connection that was ready for so many seconds, or never. None: give it up.

        At once after the first loss of one that had been ready; then the waits double.
        """
        if good_for is not None and good_for >= STEADY:
            self._failures = 0
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            return None
        if self._failures == 1 and good_for is not None:
            return 0.0
        return FIRST_WAIT * 2 ** (self._failures - 1) * (1 + _JITTER * self._share())
