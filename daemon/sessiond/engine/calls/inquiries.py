"""Makes a question to the user of what a tool, or the server behind it, wants to know. Used by `surroundings.py`.

What servers send is not trusted: it is bounded here, and an address is one that a browser may be given.
"""

from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from sessiond.engine.identifiers import new_id, now
from sessiond.tools.base import Inquiry
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable, quoted
from sessiond.tools.web.urls import target
from sessiond_protocol.messages import QuestionRequest

LONGEST_SOURCE = 200
LONGEST_MESSAGE = 16 * 1024
"""Characters; what is longer is cut."""
LARGEST_SCHEMA = 64 * 1024
"""Bytes of JSON; a larger one is no form that people fill in."""


class Unaskable(Exception):
    """A question that cannot be put to anyone. The text says whose it is and why, for the user."""


def question_of(inquiry: Inquiry, session_id: str, turn_id: str, message_id: str, part_id: str) -> QuestionRequest:
    """Raises Unaskable."""
    source = _cut(printable(" ".join(inquiry.source.split())), LONGEST_SOURCE)
    return QuestionRequest(
        id=new_id("que"),
        session_id=session_id,
        turn_id=turn_id,
        message_id=message_id,
        part_id=part_id,
        source=source,
        message=_cut(printable(inquiry.message), LONGEST_MESSAGE),
        schema=None if inquiry.schema is None else _schema(inquiry.schema, source),
        url=None if inquiry.url is None else _address(inquiry.url, source),
        created_at=now(),
    )


def _schema(schema: dict[str, Any], source: str) -> dict[str, Any]:
    try:
        size = len(msgspec.json.encode(schema))
    except (TypeError, ValueError, RecursionError):  # among them UnicodeEncodeError, of lone surrogates
        raise Unaskable(f"{source} asked for an answer in a form that cannot be read. It was cancelled.") from None
    if size > LARGEST_SCHEMA:
        raise Unaskable(f"{source} asked for an answer in a form of {size} bytes. It was cancelled.")
    return schema


def _address(url: str, source: str) -> str:
    """As it was sent where it is plain; else in ASCII, so that letters which only look like others are seen."""
    try:
        plain = target(url).url
    except ToolFailed:
        raise Unaskable(f"{source} wanted {quoted(url)} to be opened, which is no plain web address.") from None
    fragment = urlsplit(url).fragment
    return url.strip() if url.isascii() else plain + (f"#{quote(fragment)}" if fragment else "")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
