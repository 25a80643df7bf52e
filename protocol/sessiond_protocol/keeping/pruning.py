"""Making a data directory small: for `sessions/prune`."""

from sessiond_protocol.messages import Session
from sessiond_protocol.wire import Value, Wire


class PruneParams(Value, frozen=True):
    days: float | None = None
    """Sessions that were last changed longer ago go; left out, those that the settings let expire."""
    archived: bool = False
    """Only archived ones; without `days`, those of 30 days where the settings say nothing."""
    dry_run: bool = False
    """Only says what would go."""


class Sizes(Value, frozen=True, omit_defaults=False):
    """Bytes."""

    database: int
    """With its write-ahead log."""
    outputs: int
    """What tools have given that was too long for the model."""
    contents: int
    """What files were before they were changed."""
    snapshots: int
    """What is remembered of projects, so that what commands change is found."""
    logs: int
    """The engine's, and those of MCP servers."""
    drafts: int


class PruneResult(Wire, omit_defaults=False):
    """What has gone, or would."""

    sessions: list[Session]
    files: int
    """Old ones of outputs, contents and logs."""
    before: Sizes
    after: Sizes
