"""An editor's buffers as an LSP client has them: it opens, types, applies edits and tells of it.

Written apart from the server's code, in bytes of UTF-16, so that each checks the other.
"""

import re
from pathlib import Path
from typing import Any

Message = dict[str, Any]


class Buffers:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.edits: list[Message] = []
        """The parameters of every `workspace/applyEdit`, as they came."""
        self.undo: list[dict[str, str]] = []
        """The texts before each edit that was applied: an undo step each."""
        self.refusing: str | None = None
        """Why no edit is applied."""

    def opened(self, path: Path, text: str) -> Message:
        uri = path.as_uri()
        self.texts[uri], self.versions[uri] = text, 1
        item = {"uri": uri, "languageId": "plaintext", "version": 1, "text": text}
        return {"method": "textDocument/didOpen", "params": {"textDocument": item}}

    def typed(self, path: Path, text: str) -> Message:
        """The whole new text of an open document."""
        uri = path.as_uri()
        self.texts[uri] = text
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        return {
            "method": "textDocument/didChange",
            "params": {"textDocument": document, "contentChanges": [{"text": text}]},
        }

    def apply(self, params: Message) -> tuple[Message, list[Message]]:
        """The result of `workspace/applyEdit`, and the notifications that go before it."""
        self.edits.append(params)
        if self.refusing is not None:
            return {"applied": False, "failureReason": self.refusing}, []
        changes = [
            (change["textDocument"]["uri"], change["textDocument"]["version"], change["edits"])
            for change in params["edit"].get("documentChanges", [])
        ] + [(uri, None, edits) for uri, edits in params["edit"].get("changes", {}).items()]
        if any(version not in (None, self.versions.get(uri)) for uri, version, _ in changes):
            return {"applied": False, "failureReason": "the document has changed"}, []
        self.undo.append(dict(self.texts))
        return {"applied": True}, [self._change(uri, edits) for uri, _, edits in changes]

    def text(self, path: Path) -> str:
        return self.texts[path.as_uri()]

    def _change(self, uri: str, edits: list[Message]) -> Message:
        """All edits are in positions of the text before; from the last to the first, each can stand by itself."""
        backwards = sorted(edits, key=lambda edit: tuple(edit["range"]["start"].values()), reverse=True)
        for edit in backwards:
            self.texts[uri] = replaced(self.texts[uri], edit["range"], edit["newText"])
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        told = [{"range": edit["range"], "text": edit["newText"]} for edit in backwards]
        return {"method": "textDocument/didChange", "params": {"textDocument": document, "contentChanges": told}}


def replaced(text: str, place: Message, new: str) -> str:
    start, end = offset(text, place["start"]), offset(text, place["end"])
    assert start <= end, place
    units = text.encode("utf-16-le")
    return (units[: 2 * start] + new.encode("utf-16-le") + units[2 * end :]).decode("utf-16-le")


def offset(text: str, position: Message) -> int:
    """UTF-16 units before a position, which must exist."""
    starts: list[int] = [0, *(found.end() for found in re.finditer(r"\r\n|\r|\n", text))]
    assert position["line"] < len(starts), (position, text)
    start = starts[position["line"]]
    line: str = re.split(r"[\r\n]", text[start:], maxsplit=1)[0]
    assert position["character"] <= len(line.encode("utf-16-le")) // 2, (position, text)
    return len(text[:start].encode("utf-16-le")) // 2 + position["character"]
