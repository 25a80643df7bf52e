"""What a server has answered, as the result of a tool: text for the model, images beside it, other files kept.

Used by the tools of this room. It decodes and writes files: call it in a thread.
"""

import json
from collections.abc import Sequence
from typing import Any, cast

import msgspec

from sessiond.mcp.base import Blob, CallResult, Content, Link, ResourceBlob, ResourceText, Text
from sessiond.mcp.tools.media import Media, media
from sessiond.mcp.tools.words import depth, one_line, recordable
from sessiond.tools.base import ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond.tools.outputs import Outputs
from sessiond.tools.paths import printable
from sessiond_protocol.messages import Attachment

MAX_ATTACHMENTS = 10
MAX_ATTACHED = 8_000_000
"""Bytes of all attachments together; the conversation is sent with them again and again."""
MAX_STRUCTURED = 64 * 1024
"""Characters of structured content that stand in the log a second time, as JSON."""
MAX_DEPTH = 100
MAX_COMPARED = 1_000_000
"""Characters of a text that is looked at for being the structured content."""
NOTHING = "(it has answered without any content)"
NO_REASON = "The tool failed, and its server does not say why."


def tool_result(result: CallResult, outputs: Outputs, title: str) -> ToolResult:
    """Raises ToolFailed with what the server says, if that is an error."""
    answer = Answer(outputs, may_attach=not result.is_error)
    texts = [answer.text_of(content) for content in result.content]
    structured = None if depth(result.structured, MAX_DEPTH) > MAX_DEPTH else recordable(result.structured)
    if structured is not None and not _is_said(structured, result.content):
        texts.append(json.dumps(structured, ensure_ascii=False, indent=1))
    text = "\n".join(texts)
    if result.is_error:
        raise ToolFailed(outputs.limited(text if text.strip() else NO_REASON)[0])
    small = structured is not None and len(json.dumps(structured, ensure_ascii=False)) <= MAX_STRUCTURED
    metadata = {"structuredContent": structured} if small else None
    return ToolResult(text if text.strip() else NOTHING, title, metadata, tuple(answer.attachments))


class Answer:
    """One answer of a server, part by part."""

    def __init__(self, outputs: Outputs, *, may_attach: bool = True) -> None:
        """`may_attach`: whether there is a place for images; they are kept as files else."""
        self._outputs = outputs
        self._may_attach = may_attach
        self.attachments: list[Attachment] = []
        self._attached = 0

    def text_of(self, content: Content) -> str:
        """What stands for a part in the text."""
        match content:
            case Text(text=text):
                return printable(text)
            case ResourceText(uri=uri, text=text):
                return f"{one_line(uri)}:\n{printable(text)}"
            case Link():
                return link_line(content)
            case Blob(media_type=kind, data=data, name=name):
                return self._file(name or "A file", media(data, kind), kind)
            case ResourceBlob(uri=uri, media_type=kind, data=data):
                return self._file(uri, media(data, kind), kind)

    def _file(self, name: str, file: Media | None, said: str | None) -> str:
        name = one_line(name)
        if file is None:
            return f"({name} cannot be decoded: it is not base64. The server calls it {one_line(said or 'a file')}.)"
        if file.text is not None:
            return f"{name}:\n{file.text}"
        is_what = f"{name} is {one_line(file.type)}, {len(file.content)} bytes"
        if self._may_attach and file.seen and self._has_room(len(file.content)):
            self.attachments.append(Attachment(media_type=file.type, uri=file.uri, name=name))
            self._attached += len(file.content)
            return f"({is_what}; it is attached)"
        try:
            path = self._outputs.keep_file(file.content, file.extension)
        except OSError as error:
            return f"({is_what}; it could not be kept: {error.strerror or error})"
        return f"({is_what}; it is in {printable(str(path))})"

    def _has_room(self, size: int) -> bool:
        return len(self.attachments) < MAX_ATTACHMENTS and self._attached + size <= MAX_ATTACHED


def link_line(link: Link) -> str:
    kind = f" ({one_line(link.media_type)})" if link.media_type else ""
    description = f": {one_line(link.description)}" if link.description else ""
    return f"- {one_line(link.name)}{kind}{description}; read it with `readResource`, uri `{one_line(link.uri, 2000)}`"


def _is_said(structured: Any, contents: Sequence[Content]) -> bool:
    """Whether the texts say the structured content already, as they should; also what SDKs wrap in `result`."""
    texts = [content.text for content in contents if isinstance(content, Text)]
    values = [_from_json(text) for text in texts]
    if structured in values:
        return True
    fields = cast(dict[str, Any], structured) if isinstance(structured, dict) else {}
    if list(fields) != ["result"]:
        return False
    result = fields["result"]
    return result in values or result in texts or result in (values, texts)


def _from_json(text: str) -> Any:
    try:
        return msgspec.json.decode(text) if len(text) <= MAX_COMPARED else text
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return text
