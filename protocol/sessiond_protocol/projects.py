"""What of a project's own files waits until the user has trusted them, and the act of trusting.

Parameters and results of `project/…`; `methods.py` has the table.
"""

from typing import Literal

import msgspec

from sessiond_protocol.wire import Value, Wire


class ProjectParams(Value, frozen=True):
    directory: str


class WaitingForTrust(Value, frozen=True):
    """One setting of the project that has no effect yet."""

    file: str
    key: str
    value: str
    """As it stands in the file, cut to a line a person can judge."""


class ProjectStatus(Wire, omit_defaults=False):
    root: str
    trust: Literal["trusted", "changed", "untrusted", "notNeeded"]
    """`changed`: what was trusted is not what stands there now. `notNeeded`: nothing there asks for trust."""
    content: str
    """The hash of what would be trusted; `project/trust` names it, so that nothing else is."""
    waiting: list[WaitingForTrust]
    initialized_at: int | None = None


class TrustParams(Value, frozen=True):
    directory: str
    content: str | msgspec.UnsetType = msgspec.UNSET
    """The `content` of the status that the user has seen; refused when it is another by now."""
    trusted: bool = True
    """False takes the trust back."""


class InitProjectParams(Value, frozen=True):
    session_id: str
    model: str | None = None
    respond: Literal["ended", "accepted"] = "ended"
