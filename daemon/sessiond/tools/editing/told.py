"""What `edit`, `write` and `patch` tell of what they have changed: words for the model, data for the client."""

from collections.abc import Sequence

from sessiond.tools.base import ToolResult, ToolScope
from sessiond.tools.files.changes import Change, files_metadata
from sessiond.tools.files.diagnostics import told as told_diagnostics
from sessiond.tools.paths import printable, shown

MAX_FILES = 5
"""So many of the changed files are asked about, one after the other."""


async def result(changes: Sequence[Change], scope: ToolScope, output: str, title: str) -> ToolResult:
    """`output` with what an editor holds unsaved, and what its language servers say of the files now."""
    parts = [output, *_unsaved(changes, scope.root), *await _diagnostics(changes, scope)]
    return ToolResult(printable("\n".join(parts)), title, files_metadata(changes))


def _unsaved(changes: Sequence[Change], root: str) -> list[str]:
    names = [shown(change.path, root) for change in changes if not change.saved]
    if not names:
        return []
    return [
        f"{', '.join(names)}: the change is in the editor, unsaved together with what the user has typed there. "
        "Commands still see the old content on the disk."
    ]


async def _diagnostics(changes: Sequence[Change], scope: ToolScope) -> list[str]:
    told: list[str] = []
    for change in [change for change in changes if change.after is not None][:MAX_FILES]:
        found = await scope.files.editor.diagnostics(change.path)
        serious = [one for one in found or () if one.severity in ("error", "warning")]
        if serious:
            told.append(told_diagnostics(serious, scope.cwd))
    return ["The editor's language servers say of it now:", *told] if told else []
