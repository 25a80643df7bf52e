"""Pages of a conversation, the newest first. Pure."""

from sessiond.session.transcript import Transcript
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.methods import MessagesResult


def message_page(transcript: Transcript, limit: int, before: str | None) -> MessagesResult:
    """At most `limit` messages that stand before the cursor, in the order of the conversation.

    Raises RpcError for what is no cursor.
    """
    messages = list(transcript.messages.values())
    end = len(messages) if before is None else min(_position(before), len(messages))
    start = max(0, end - limit)
    return MessagesResult(messages=messages[start:end], next_cursor=str(start) if start else None)


def _position(cursor: str) -> int:
    """Messages come and go only at the end, so a position stays true; a revert may have taken those before it, too."""
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 12:
        return int(cursor)
    raise RpcError(
        ErrorCode.INVALID_PARAMS,
        "`before` must be the `nextCursor` of another page of this session.",
        {"kind": "invalidRequest", "field": "before"},
    )
