"""When to look for an engine, which one to start, and when to give up for a while.

Used by `engines.py`; the looking itself is `seeking.py`'s.
"""

from __future__ import annotations

import time

from sessiond.owner.unavailable import EngineUnavailable
from sessiond.pipe.seeking import Seeking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

AT_ONCE = 3
"""Engines in a row that may die without having been of use before the next one has to wait."""
MOST_UNGREETED = 8
"""Those that may do so before they have even said `link/welcome`."""
LONGEST_DELAY_SECONDS = 30.0
LONGEST_PAUSE_SECONDS = 10.0


class Search:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.command: list[str] | None = None
        """What starts the next engine, where it is to be another than ours."""
        self.failure: EngineUnavailable | None = None
        """Why there is no engine."""
        self._in_vain = 0
        self._failures = 0
        self._not_before = 0.0

    def begin(self) -> Seeking:
        waits = self._in_vain - AT_ONCE
        delay = min(LONGEST_DELAY_SECONDS, 0.1 * 2**waits) if waits >= 0 else 0.0
        return Seeking(self.environment, self.command, delay)

    @property
    def may_begin(self) -> bool:
        """False for a moment after a failure, so that every request does not start an engine that cannot be."""
        return time.monotonic() >= self._not_before

    @property
    def is_hopeless(self) -> bool:
        """Whether engines end before they say a word."""
        return self._in_vain >= MOST_UNGREETED

    def welcomed(self) -> None:
        self.command = self.failure = None
        self._failures = 0

    def lost(self, *, useful: bool) -> None:
        """An engine has gone. `useful`: whether it had answered anything."""
        self._in_vain = 0 if useful else self._in_vain + 1

    def failed(self, failure: EngineUnavailable) -> None:
        self.command, self.failure, self._in_vain = None, failure, 0
        self._not_before = time.monotonic() + min(LONGEST_PAUSE_SECONDS, 0.25 * 2**self._failures)
        self._failures += 1
