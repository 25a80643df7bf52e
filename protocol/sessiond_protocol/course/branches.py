"""Other ways than on: the parameters and results of `session/fork`, `session/revert` and `session/unrevert`.

Used by events and `methods.py`.
"""

from typing import Literal

import msgspec

from sessiond_protocol.messages import Session
from sessiond_protocol.wire import Value, Wire


class ForkParams(Value, frozen=True):
    session_id: str
    message_id: str | None = None
    """The last one that is kept; left out, all that are closed."""


class RevertedFile(Value, frozen=True):
    """What became of one file. `before` and `after` name contents that the engine keeps; `null` is no file."""

    path: str
    outcome: Literal["restored", "removed", "kept"]
    """`kept`: it was left as it is, for the `reason`."""
    reason: str | None = None
    before: str | None = None
    after: str | None = None


class RevertParams(Value, frozen=True):
    session_id: str
    message_id: str
    """The first one that is hidden."""
    conversation: bool = True
    """Whether messages are hidden."""
    files: bool = False
    """Whether files that the session has changed since are put back."""
    dry_run: bool = False
    """Only says what it would do."""


class UnrevertParams(Value, frozen=True):
    session_id: str
    dry_run: bool = False


class RevertResult(Wire, omit_defaults=False):
    session: Session
    hidden: int
    """Messages that are hidden now, or would be."""
    files: list[RevertedFile] = msgspec.field(default_factory=list[RevertedFile])
    diff: str = ""
    """What changes in files, as a unified diff with paths relative to the project."""
    notes: list[str] = msgspec.field(default_factory=list[str])
    """What of the files cannot be known, as a person reads it."""
