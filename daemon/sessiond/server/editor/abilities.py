"""What may be asked of a client, by what it said of itself at `initialize`.

Read by `initialize.py`, heeded by the client's editor and its questions.
"""

from typing import Any, cast

import msgspec

from sessiond_protocol.serving.lifecycle import EditorAbilities


class Abilities(msgspec.Struct, frozen=True):
    """What may be asked of the client."""

    apply_edit: bool = False
    """`workspace/applyEdit`."""
    document_changes: bool = False
    """An edit may name the version of the document that it is meant for."""
    diagnostics: bool = False
    """`editor/diagnostics`."""
    asks_by_message: bool = False
    """It knows nothing of sessions; questions reach its user by `window/showMessageRequest`."""


def abilities_of(capabilities: Any, ours: EditorAbilities | None) -> Abilities:
    """Of LSP's ClientCapabilities, and of our own where the client gave any (`ours`)."""
    workspace = member(capabilities, "workspace")
    by_us = ours is not None and ours.apply_edit
    return Abilities(
        apply_edit=by_us or member(workspace, "applyEdit") is True,
        document_changes=by_us or member(member(workspace, "workspaceEdit"), "documentChanges") is True,
        diagnostics=ours is not None and ours.diagnostics,
        asks_by_message=ours is None and isinstance(member(member(capabilities, "window"), "showMessage"), dict),
    )


def member(value: Any, name: str) -> Any:
    """A member of a JSON object; None where there is none, or no object."""
    return cast(dict[str, Any], value).get(name) if isinstance(value, dict) else None
