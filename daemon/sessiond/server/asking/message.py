"""A message with buttons, and the reply that each of them stands for. Made of a request, shown by an editor."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec

from sessiond_protocol.asking.permissions import PermissionReplyParams
from sessiond_protocol.asking.questions import QuestionReplyParams

LSP_INFO_MESSAGE = 3
MOST_SHOWN = 2000
"""Characters of a paragraph that a message shows; more would hide the buttons."""

Reply: TypeAlias = PermissionReplyParams | QuestionReplyParams


class Message(msgspec.Struct, frozen=True):
    text: str
    buttons: Mapping[str, Reply]
    """By title, in the order in which they are shown."""
    closed: Reply
    """What a message that was closed stands for."""


def paragraphs(texts: Iterable[str]) -> str:
    return "\n".join(map(_bounded, texts))


def _bounded(text: str) -> str:
    more = len(text) - MOST_SHOWN
    return text if more <= 0 else f"{text[:MOST_SHOWN]} … ({more} more characters)"
