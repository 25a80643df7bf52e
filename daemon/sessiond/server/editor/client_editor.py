"""What one client's editor knows and may change: the real `Editor` of `tools/editor.py`.

Made by `client.py`. A document that can only be lost (unsaved, in an editor that takes no edits) is never
written past; one that is open, saved and in such an editor counts as not open, and the disk is the truth.
"""

import logging
from pathlib import Path
from typing import Any

import msgspec

from sessiond.server.editor.abilities import Abilities
from sessiond.server.editor.diagnostics import diagnostics_of
from sessiond.server.editor.documents import Document, Documents
from sessiond.server.editor.file_uri import path_of, resolved
from sessiond.server.editor.saved import unsaved
from sessiond.server.editor.text_edits import TextEdit, text_edits
from sessiond.server.outgoing.requests import NotAnswered, Requests
from sessiond.tools.editor import Diagnostic, EditorsDiffer, OpenFile, StaleDocument
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.requests import EditorDiagnosticsParams

log = logging.getLogger(__name__)

EDIT_SECONDS = 10.0
"""How long an editor may take to apply an edit; it asks nobody."""
SHOWN_SECONDS = 2.0
"""How long its document's new text may take to reach us; Neovim gathers changes for 150 ms."""
SAVED_SECONDS = 0.5
"""How long an editor may take to save by itself what it has been told to edit."""
DIAGNOSTICS_SECONDS = 3.0
"""Language servers are slow, and nobody wants to wait for them longer than this after each edit."""


class _ApplyEditResult(msgspec.Struct, rename="camel"):
    applied: bool
    failure_reason: Any = None


class ClientEditor:
    """Fits `tools.editor.Editor`."""

    def __init__(self, documents: Documents, requests: Requests) -> None:
        self._documents = documents
        self._requests = requests
        self._name = "the editor"
        self._can = Abilities()

    def introduce(self, name: str, abilities: Abilities) -> None:
        """Takes what the client said of itself; until then it can do nothing."""
        self._name, self._can = name, abilities

    async def open_file(self, path: Path) -> OpenFile | None:
        await self._documents.loaded()
        document = self._document(path)
        if document is None or not (self._can.apply_edit or await unsaved(path, document.text)):
            return None
        return OpenFile(document.text, document.version)

    async def open_files(self) -> dict[Path, OpenFile]:
        await self._documents.loaded()
        found = [(resolved(path), document) for document in self._documents.all() if (path := path_of(document.uri))]
        return {path: OpenFile(document.text, document.version) for path, document in found if path is not None}

    async def check_edit(self, path: Path) -> None:
        await self._documents.loaded()
        document = self._document(path)
        if document is None or self._can.apply_edit:
            return
        if await unsaved(path, document.text):
            raise EditorsDiffer(
                f"{path} has unsaved changes in {self._name}, which takes no edits from here."
                " It has to be saved there first."
            )

    async def replace(self, path: Path, opened: OpenFile, text: str) -> bool:
        await self.check_edit(path)
        if not self._can.apply_edit:
            raise StaleDocument(f"{path} has been saved in {self._name} meanwhile.")
        clean = not await unsaved(path, opened.text)
        document = self._current(path, opened)
        if edits := text_edits(opened.text, text):
            await self._apply(path, document, edits)
            await self._shown(path, document, text)
            if clean:
                await self._documents.until(lambda: self._saved(path), SAVED_SECONDS)
        return await self._saved(path)

    async def diagnostics(self, path: Path | None) -> list[Diagnostic] | None:
        if not self._can.diagnostics:
            return None
        await self._documents.loaded()
        document = None if path is None else self._document(path)
        uri = document.uri if document else path.as_uri() if path else None
        params = EditorDiagnosticsParams(uri=uri, version=document.version if document else None)
        try:
            return diagnostics_of(await self._requests.ask("editor/diagnostics", params, DIAGNOSTICS_SECONDS))
        except (NotAnswered, ValueError) as error:
            log.info("%s has no diagnostics: %s", self._name, error)
            return None

    def _document(self, path: Path) -> Document | None:
        """The document of a resolved path."""
        for document in self._documents.all():
            if (own := path_of(document.uri)) is not None and resolved(own) == path:
                return document
        return None

    def _current(self, path: Path, opened: OpenFile) -> Document:
        document = self._document(path)
        if document is None or (document.version, document.text) != (opened.version, opened.text):
            raise StaleDocument(f"{path} has been changed in {self._name} meanwhile.")
        return document

    async def _apply(self, path: Path, document: Document, edits: list[TextEdit]) -> None:
        params = {"label": f"Edit {path.name}", "edit": self._workspace_edit(document, edits)}
        try:
            result = await self._requests.ask("workspace/applyEdit", params, EDIT_SECONDS)
            answer = msgspec.json.decode(result, type=_ApplyEditResult)
        except (NotAnswered, msgspec.MsgspecError, RecursionError) as error:
            raise ToolFailed(
                f"{path} is open in {self._name}, which did not say that it has made the edit: {error}."
                " Read the file again before you go on."
            ) from None
        if not answer.applied:
            reason = answer.failure_reason if isinstance(answer.failure_reason, str) else "it gave no reason"
            raise StaleDocument(f"{self._name} refused the edit of {path}: {reason[:500]}")

    def _workspace_edit(self, document: Document, edits: list[TextEdit]) -> dict[str, Any]:
        changes = [
            {"range": {"start": edit.start._asdict(), "end": edit.end._asdict()}, "newText": edit.text}
            for edit in edits
        ]
        if not self._can.document_changes:
            return {"changes": {document.uri: changes}}
        versioned = {"uri": document.uri, "version": document.version}
        return {"documentChanges": [{"textDocument": versioned, "edits": changes}]}

    async def _shown(self, path: Path, edited: Document, text: str) -> None:
        """Waits until the document as we know it has the edit, so that whoever reads it next sees it."""

        async def arrived() -> bool:
            document = self._document(path)
            return document is None or document.text == text

        if await self._documents.until(arrived, SHOWN_SECONDS):
            return
        document = self._document(path)
        if document is not None and document.version == edited.version:
            raise ToolFailed(
                f"{self._name} said that it has edited {path} but does not show the new text."
                " Read the file again before you go on."
            )

    async def _saved(self, path: Path) -> bool:
        """Whether the disk has what the editor shows."""
        document = self._document(path)
        return document is None or not await unsaved(path, document.text)
