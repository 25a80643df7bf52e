"""The client's open documents, as the messages that made them: an engine knows unsaved text only from those.

A document that has changed much is asked of the engine, and what is kept begins anew with the answer.
"""

from __future__ import annotations

import json

from sessiond.pipe import messages
from sessiond.pipe.envelope import inside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sessiond.pipe.envelope import Message

MOST_BYTES = 256 * 1024
MOST_CHANGES = 200
"""Of one document since it was opened, or since the engine last gave its text."""
_QUESTION = "sessiond-pipe:"
"""Begins the ids of our questions, which are none of the client's."""


class _Document:
    def __init__(self, opened: bytes) -> None:
        self.frames = [opened]
        self.covered = 0
        """How many of the frames the answer to our question will stand for; 0 when there is none under way."""
        self._changes = self._changed_bytes = 0

    def change(self, frame: bytes) -> bool:
        """Whether its text should be asked for now."""
        self.frames.append(frame)
        self._changes += 1
        self._changed_bytes += len(frame)
        return self.covered == 0 and (self._changed_bytes > MOST_BYTES or self._changes > MOST_CHANGES)

    def ask(self) -> None:
        self.covered = len(self.frames)
        self._changes = self._changed_bytes = 0

    def begin_anew(self, opened: bytes) -> None:
        self.frames[: self.covered] = [opened]
        self.covered = 0


class Documents:
    def __init__(self) -> None:
        self._open: dict[str, _Document] = {}
        self._questions: dict[str, str] = {}
        self._asked = 0

    def noticed(self, message: Message, frame: bytes) -> bytes | None:
        """Takes a notification of the client; gives the question for the engine that is to follow it, if one is."""
        uri = _uri(message.params)
        if uri is None:
            return None
        if message.method == "textDocument/didOpen":
            self._open[uri] = _Document(frame)
        elif message.method == "textDocument/didClose":
            self._open.pop(uri, None)
        elif message.method == "textDocument/didChange" and (document := self._open.get(uri)):
            return self._question(uri, document) if document.change(frame) else None
        return None

    def _question(self, uri: str, document: _Document) -> bytes:
        document.ask()
        self._asked += 1
        question = f"{_QUESTION}{self._asked}"
        self._questions = {question: uri} | {other: of for other, of in self._questions.items() if of != uri}
        return messages.request(question, "link/document", {"uri": uri})

    def answered(self, message_id: Any, frame: bytes) -> bool:
        """Whether the engine's answer is one to a question of ours."""
        if not isinstance(message_id, str) or not message_id.startswith(_QUESTION):
            return False
        uri = self._questions.pop(message_id, "")
        if document := self._open.get(uri):
            text = json.loads(frame).get("result")
            if text and document.covered:
                document.begin_anew(_opened(uri, text))
            document.covered = 0  # where it does not know the document, nothing is lost by keeping all
        return True

    def frames(self) -> list[bytes]:
        """Makes another engine know them all, in the order of opening. Questions to the last one have no answer."""
        self._questions.clear()
        for document in self._open.values():
            document.covered = 0
        return [frame for document in self._open.values() for frame in document.frames]


def _uri(params: dict[str, Any]) -> str | None:
    uri = inside(params, "textDocument", "uri")
    return uri if isinstance(uri, str) else None


def _opened(uri: str, text: dict[str, Any]) -> bytes:
    document = {"uri": uri, **{name: text[name] for name in ("languageId", "version", "text")}}
    return messages.notification("textDocument/didOpen", {"textDocument": document})
