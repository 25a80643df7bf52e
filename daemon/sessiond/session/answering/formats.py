"""The formats that a text of a form can have, as far as they can be told without asking anyone. Used by `form.py`."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import urlsplit


class Format(NamedTuple):
    words: str
    """As they follow `must be`."""
    fits: Callable[[str], bool]


def _is_email(text: str) -> bool:
    return bool(re.fullmatch(r"[^@\s]+@[^@\s]+", text))


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return bool(re.match(r"\d{4}-\d\d-\d\d[Tt ]\d\d:", text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def _is_uri(text: str) -> bool:
    try:
        return bool(urlsplit(text).scheme) and not re.search(r"\s", text)
    except ValueError:
        return False


FORMATS: dict[str | None, Format] = {
    "email": Format("an e-mail address", _is_email),
    "uri": Format("an address such as https://example.com", _is_uri),
    "date": Format("a date such as 2026-01-31", _is_date),
    "date-time": Format("a date and time such as 2026-01-31T12:00:00Z", _is_time),
}
