"""What the body of a failed call means, whichever provider sent it.

The order of the rules follows what real providers send (`tests/cases/provider_errors.jsonl`);
`texts.py` holds the texts and codes, `body.py` takes a body apart.
"""

import re
from collections.abc import Mapping

from sessiond.config.privacy.redaction import redacted
from sessiond.providers.base import ProviderError
from sessiond.providers.errors import retry_after, texts
from sessiond.providers.errors.body import ErrorBody, read_error_body
from sessiond.providers.errors.messages import message_for

_DETAIL_BYTES = 2048
_RETRYABLE = ("rateLimited", "overloaded", "providerUnavailable")
_LONG_WAIT = 3600.0
"""Seconds; who asks to wait longer than this means a quota, not a rate."""
_REQUESTED_OVER_LIMIT = re.compile(r"limit:? (\d+).{0,40}requested:? (\d+)", re.IGNORECASE | re.DOTALL)
_PER_DAY = re.compile(r"perday", re.IGNORECASE)


def classify(
    provider: str,
    status: int | None,
    body: bytes | str,
    headers: Mapping[str, str] | None = None,
    *,
    in_stream: bool = False,
) -> ProviderError:
    """The error that a response's body, or an error object inside a stream (`in_stream`), stands for.

    `status` is the HTTP status, `provider` the id the user knows. The detail is what the provider
    said, at most 2 kB, free of keys and never HTML.
    """
    found = read_error_body(body)
    if in_stream or status is None or status < 400:
        status = found.status
    wait = _asked_wait(found, headers or {})
    kind = _kind(found, status, wait, empty=not body.strip())
    words = redacted(found.messages[0] if found.messages else ", ".join(found.codes))
    return ProviderError(
        kind,
        message_for(kind, provider, status, words, wait, by_output=bool(texts.OVERFLOW_BY_OUTPUT.search(found.text))),
        retryable=kind in _RETRYABLE,
        retry_after=wait,
        status=status,
        detail=_cut(redacted(found.text)) or None,
    )


def _asked_wait(found: ErrorBody, headers: Mapping[str, str]) -> float | None:
    wait = retry_after.from_headers(headers)
    if wait is None and found.retry_delay:
        wait = retry_after.from_text(f"retry in {found.retry_delay}")
    return retry_after.from_text(found.text) if wait is None else wait


def _kind(found: ErrorBody, status: int | None, wait: float | None, *, empty: bool) -> str:
    """Known codes, then money and keys by status, then texts, then what the status alone says."""
    by_code = next((texts.CODES[code] for code in found.codes if code in texts.CODES), None)
    if status == 402:
        return "quotaExceeded"
    if by_code == "quotaExceeded" or (status in (401, 403) and texts.QUOTA.search(found.text)):
        return "quotaExceeded"
    if status == 429:
        return _kind_of_429(found, wait, by_code)
    if status in (401, 403):
        return "rateLimited" if texts.RATE.search(found.text) else "authRequired"
    return by_code or _kind_by_text(found, status) or _kind_by_status(found, status, empty=empty)


def _kind_of_429(found: ErrorBody, wait: float | None, by_code: str | None) -> str:
    """A 429 is never an overflow by its words: "too many tokens" is a rate there."""
    if by_code == "contextOverflow" or _asks_more_than_the_limit(found.text):
        return "contextOverflow"
    if any(_PER_DAY.search(code) for code in found.codes) or (wait or 0) >= _LONG_WAIT:
        return "quotaExceeded"
    if by_code == "overloaded" or texts.OVERLOADED.search(found.text):
        return "overloaded"
    waiting_helps = found.retry_delay is not None or any("perminute" in code for code in found.codes)
    return "quotaExceeded" if texts.QUOTA.search(found.text) and not waiting_helps else "rateLimited"


def _asks_more_than_the_limit(text: str) -> bool:
    """ "Limit 30000, Requested 342389" in one request: no waiting ever makes room for it."""
    numbers = _REQUESTED_OVER_LIMIT.search(text)
    return numbers is not None and int(numbers[2]) > int(numbers[1])


def _kind_by_text(found: ErrorBody, status: int | None) -> str | None:
    if _asks_more_than_the_limit(found.text):
        return "contextOverflow"
    lasting = texts.LASTING_SERVER_ERROR if status is not None and status >= 500 else None
    rules = (
        ("quotaExceeded", texts.QUOTA, None),
        ("contextOverflow", texts.OVERFLOW, texts.NOT_OVERFLOW),
        ("authRequired", texts.AUTH, None),
        ("overloaded", texts.OVERLOADED, None),
        ("rateLimited", texts.RATE, None),
        ("invalidRequest", lasting, None),
    )
    for kind, pattern, unless in rules:
        if pattern and pattern.search(found.text) and not (unless and unless.search(found.text)):
            return kind
    return None


def _kind_by_status(found: ErrorBody, status: int | None, *, empty: bool) -> str:
    if status == 529:
        return "overloaded"
    if status == 413 or (status == 400 and empty):  # Cerebras answers an overflow with an empty 400
        return "contextOverflow"
    if status in (408, 409, 425):
        return "providerUnavailable"
    weak = next((texts.WEAK_CODES[code] for code in found.codes if code in texts.WEAK_CODES), None)
    if status is None:
        return weak or "providerUnavailable"
    if status >= 500:
        return weak if weak and weak != "invalidRequest" else "providerUnavailable"
    return weak if weak in ("rateLimited", "authRequired") else "invalidRequest"


def _cut(text: str) -> str:
    return text.encode()[:_DETAIL_BYTES].decode("utf-8", "ignore")
