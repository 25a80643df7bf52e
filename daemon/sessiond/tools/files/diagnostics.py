"""What language servers say of files, as the model reads it: the worst first, within a stated number. Pure.

Used by the `diagnostics` tool, and by those that change files, for what stands there after the change.
"""

from collections.abc import Sequence

from sessiond.tools.editor import Diagnostic
from sessiond.tools.paths import printable, shown

MAX_DIAGNOSTICS = 50
MAX_MESSAGE = 300
"""Characters of one message."""
_WORST_FIRST = ("error", "warning", "information", "hint")


def told(diagnostics: Sequence[Diagnostic], directory: str) -> str:
    """One a line, `path:line:column: severity: message [source]`; paths relative to `directory`. Empty for none."""
    ordered = sorted(
        diagnostics,
        key=lambda found: (_WORST_FIRST.index(found.severity), str(found.path), found.line, found.column),
    )
    lines = [_line(found, directory) for found in ordered[:MAX_DIAGNOSTICS]]
    if left_out := len(ordered) - len(lines):
        lines.append(f"({left_out} more are left out)")
    return "\n".join(lines)


def _line(found: Diagnostic, directory: str) -> str:
    message = " ".join(printable(found.message).split())
    if len(message) > MAX_MESSAGE:
        message = f"{message[:MAX_MESSAGE]}…"
    source = f" [{printable(found.source)}]" if found.source else ""
    return f"{shown(found.path, directory)}:{found.line}:{found.column}: {found.severity}: {message}{source}"
