"""Branches of conversations: the parameters of `session/fork`. Used by `methods.py`."""

from sessiond_protocol.wire import Value


class ForkParams(Value, frozen=True):
    session_id: str
    message_id: str | None = None
    """The last one that is kept; left out, all that are closed."""
