"""What servers have for a prompt, as its parts: texts, and the images and PDFs that models look at. Pure.

Used by `prompts.py` and `attachments.py`. A prompt is recorded and sent again with every step, so all is bounded.
"""

from collections.abc import Iterable

from sessiond.mcp.base import Blob, Content, Link, ResourceBlob, ResourceText, Text
from sessiond.mcp.tools.media import media
from sessiond.mcp.tools.results import link_line
from sessiond.mcp.tools.words import one_line
from sessiond.tools.paths import printable
from sessiond_protocol.methods import FileInput, PromptPart, TextInput

MAX_TEXT = 256 * 1024
"""Characters of all texts together."""
MAX_FILES = 10
MAX_BYTES = 8_000_000
"""Of all files together; each keeps to the limit of `read` besides."""


class PromptParts:
    """Takes contents in their order; neighbouring texts become one part."""

    def __init__(self) -> None:
        self._parts: list[PromptPart] = []
        self._text: list[str] = []
        self._room = MAX_TEXT
        self._bytes = 0

    def add(self, contents: Iterable[Content]) -> None:
        for content in contents:
            match content:
                case Text(text=text):
                    self.say(text)
                case ResourceText(uri=uri, text=text):
                    self.say(f"{one_line(uri)}:\n{text}")
                case Link():
                    self.say(link_line(content))
                case Blob(media_type=kind, data=data, name=name):
                    self._add_file(name or "a file", kind, data)
                case ResourceBlob(uri=uri, media_type=kind, data=data):
                    self._add_file(uri, kind, data)

    def say(self, text: str) -> None:
        """Adds a text; of one that is too long, the beginning."""
        if self._room < 0:
            return
        text = printable(text)
        if len(text) > self._room:
            text = f"{text[: self._room]}\n({len(text) - self._room:,} characters are left out here, and what follows)"
            self._room = 0
        self._room -= len(text)
        self._text.append(text)

    def whole(self) -> list[PromptPart]:
        """All parts."""
        self._end_text()
        return self._parts

    def _add_file(self, name: str, said: str | None, data: str) -> None:
        name, file = one_line(name), media(data, said)
        if file is not None and file.text is not None:
            return self.say(f"{name}:\n{file.text}")
        if file is None or not file.seen or not self._has_room(len(file.content)):
            kind = one_line(said or "of an unknown type")
            return self.say(f"({name}, {kind}, is left out: it is no image or PDF, or too large)")
        self._end_text()
        self._bytes += len(file.content)
        self._parts.append(FileInput(media_type=file.type, uri=file.uri, name=name))

    def _has_room(self, size: int) -> bool:
        files = sum(isinstance(part, FileInput) for part in self._parts)
        return files < MAX_FILES and self._bytes + size <= MAX_BYTES

    def _end_text(self) -> None:
        text = "\n\n".join(self._text)
        if text.strip():
            self._parts.append(TextInput(text=text))
        self._text = []
