"""Every request that the engine makes of its clients and that is sessiond's own, in one table.

Asked only of clients that advertise it (`editor` in their options). LSP's own, `workspace/applyEdit` and
`window/showMessageRequest`, are not listed: LSP defines them. Positions are LSP's, in UTF-16 units from 0.
"""

from typing import Literal

import msgspec

from sessiond_protocol.wire import NoParams, Value


class Position(Value, frozen=True, omit_defaults=False):
    line: int
    character: int


class Range(Value, frozen=True, omit_defaults=False):
    start: Position
    end: Position


class EditorDiagnosticsParams(Value, frozen=True):
    uri: str | None = None
    """Of one document; left out, of all that the editor knows of."""
    version: int | None = None
    """The version of the document that was edited last: the answer waits until the language servers have seen it."""


class EditorDiagnostic(Value, frozen=True):
    """LSP's Diagnostic; an editor may pass on its own as they are."""

    range: Range
    message: str
    severity: Literal[1, 2, 3, 4] = 1
    """Error, warning, information, hint."""
    source: str | None = None


class FileDiagnostics(Value, frozen=True):
    uri: str
    diagnostics: list[EditorDiagnostic]


class EditorDiagnosticsResult(Value, frozen=True):
    files: list[FileDiagnostics]


class Selection(Value, frozen=True):
    uri: str
    range: Range
    text: str | None = None
    """What is selected; left out when nothing is."""


class EditorContextResult(Value, frozen=True):
    """What the user looks at."""

    selection: Selection | None = None
    visible: list[str] = msgspec.field(default_factory=list[str])
    """URIs of the documents that can be seen."""
    open: list[str] = msgspec.field(default_factory=list[str])
    """URIs of all open documents, the last used first."""


class ClientRequest(msgspec.Struct, frozen=True):
    """One row of the table."""

    params: type
    result: type
    summary: str


CLIENT_REQUESTS: dict[str, ClientRequest] = {
    "editor/diagnostics": ClientRequest(
        EditorDiagnosticsParams, EditorDiagnosticsResult, "Gets what the language servers say."
    ),
    "editor/context": ClientRequest(NoParams, EditorContextResult, "Gets what the user looks at."),
}
