"""Lists of sessions that stay true: what pickers and trees watch.

`sessions/watch` begins; `sessions/changed` tells what has become of rows, `sessions/resync` that some were missed.
"""

import msgspec

from sessiond_protocol.messages import Session
from sessiond_protocol.wire import Value, Wire


class WatchParams(Value, frozen=True):
    directory: str | None = None
    """Only sessions of this directory, as in `session/list`; all when left out. A client may watch several."""


class SessionsChanged(Wire, omit_defaults=False):
    """The parameters of `sessions/changed`: whole rows, the newest state of each; children are told as well."""

    changed: list[Session] = msgspec.field(default_factory=list[Session])
    deleted: list[str] = msgspec.field(default_factory=list[str])
