"""Sessions as documents, to be kept, sent and brought back: for `session/export` and `session/import`."""

from typing import Literal

from sessiond_protocol.wire import Value, Wire


class ExportParams(Value, frozen=True):
    session_id: str
    format: Literal["json", "markdown"] = "json"
    """`json` can be imported again; `markdown` is for people."""


class ExportResult(Wire):
    document: str
    """A text, also where it is JSON: whoever reads and writes its numbers anew may change them."""
    sessions: int
    """How many sessions are in it: the one that was asked for and its children."""


class ImportParams(Value, frozen=True):
    document: str
    """What `session/export` gave as `json`, unchanged."""
    directory: str | None = None
    """Where the sessions are to work from now on, an absolute path; left out, where they did."""
