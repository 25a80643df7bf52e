"""The texts of a client's open documents, kept by pygls, which is driven through its public API.

Imported by `documents.py` when the first document opens. pygls sees document notifications only, and
nothing it says reaches the client. Where it counts otherwise than LSP does, what is below counts for it.
"""

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

from lsprotocol.types import Position
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec, ServerTextPosition, TextDocument

from sessiond import __version__
from sessiond.server.editor.text_edits import split_lines

log = logging.getLogger(__name__)


class Mirror:
    def __init__(self, root_uri: str | None) -> None:
        _silence()
        self._server = LanguageServer("sessiond", __version__)
        self._server.protocol.set_writer(_Mute())
        params: dict[str, Any] = {"processId": None, "rootUri": root_uri, "capabilities": {}}
        self._forward({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params})

    def take(self, notification: bytes) -> None:
        """One notification of the client; one that makes no sense changes nothing."""
        self._forward(json.loads(notification))
        self._adopt()

    def documents(self) -> Iterator[tuple[str, str, int | None, str | None]]:
        """URI, text, version and language of each open document."""
        for document in self._server.workspace.text_documents.values():
            yield document.uri, document.source, document.version, document.language_id

    def _forward(self, message: Any) -> None:
        try:
            structured: Any = self._server.protocol.structure_message(message)
            self._server.protocol.handle_message(structured)
        except Exception as error:  # pygls raises whatever a client's odd message makes it raise
            log.warning("a document message could not be used: %s", type(error).__name__)

    def _adopt(self) -> None:
        """Has new documents count lines and columns as LSP does."""
        documents = self._server.workspace.text_documents
        for document in list(documents.values()):
            if not isinstance(document, _Document):
                documents[unquote(document.uri)] = _Document(
                    document.uri, document.source, document.version, document.language_id, position_codec=_Codec()
                )


class _Document(TextDocument):
    """pygls ends lines where `str.splitlines` does: at form feeds and U+2028, too, where no editor does."""

    @property
    def lines(self) -> Sequence[str]:
        return split_lines(self.source)


class _Codec(PositionCodec):
    """pygls takes a column past the end for the one before the last; LSP takes it for the end of the line."""

    def position_from_client_units(self, lines: Sequence[str], position: Position) -> ServerTextPosition:
        if position.line < len(lines):
            longest = self.client_num_units(lines[position.line].rstrip("\r\n"))
            position = Position(position.line, min(position.character, longest))
        return super().position_from_client_units(lines, position)


class _Mute:
    """A writer that drops what pygls answers: the client has its `initialize` result from us."""

    def write(self, data: bytes) -> None:
        pass

    def close(self) -> None:
        pass


def _silence() -> None:
    """pygls logs whole messages and tracebacks; what matters of them is logged here."""
    logger = logging.getLogger("pygls")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
