"""How long a provider asks to wait: from headers, and from words in an error's text. Pure; in seconds."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

MAX_SECONDS = 2_000_000.0
"""Longer waits are cut to this (23 days), which every timer can hold (2^31 ms)."""

_SECONDS = {"ms": 0.001, "h": 3600, "m": 60, "s": 1}
_UNIT = r"(ms|milliseconds?|hours?|h|minutes?|mins?|m|seconds?|secs?|s)"
_AMOUNT = re.compile(rf"(\d+(?:\.\d+)?)\s*{_UNIT}", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:try again|retry|wait|available|resets?)(?: again)?\W{0,4}(?:in|after|at least|for)?\W{0,4}"
    rf"((?:\d+(?:\.\d+)?\s*{_UNIT}[\s,]*)+)",
    re.IGNORECASE,
)


def from_headers(headers: Mapping[str, str]) -> float | None:
    """What `retry-after-ms` or else `retry-after` (seconds or an HTTP date) asks; None where nothing usable stands."""
    lowered = {name.lower(): value.strip() for name, value in headers.items()}
    milliseconds = _positive(lowered.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    value = lowered.get("retry-after")
    seconds = _positive(value)
    if seconds is None and value:
        seconds = _until(value)
    return None if seconds is None else _bounded(seconds)


def from_text(text: str) -> float | None:
    """What a sentence such as "try again in 1m2.5s" or "retry after 20 seconds" asks."""
    asked = _ASKED.search(text)
    if asked is None:
        return None
    return _bounded(sum(float(number) * _seconds_of(unit.lower()) for number, unit in _AMOUNT.findall(asked[1])))


def _seconds_of(unit: str) -> float:
    return _SECONDS["ms" if unit.startswith(("ms", "milli")) else unit[0]]


def _positive(value: str | None) -> float | None:
    try:
        number = float(value or "")
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _until(date: str) -> float | None:
    """Seconds from now to an HTTP date (RFC 9110 §10.2.3); None for the past and for what is no date."""
    try:
        seconds = parsedate_to_datetime(date).timestamp() - time.time()
    except (ValueError, OverflowError):
        return None
    return seconds if seconds > 0 else None


def _bounded(seconds: float) -> float:
    return min(seconds, MAX_SECONDS)
