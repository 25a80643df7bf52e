"""A conversation as plain text, for the model that writes its summary. Pure.

Not the messages themselves: a model goes on with a conversation rather than summarise it, and a text fits any size.
"""

import base64
import binascii
from collections.abc import Iterator

from sessiond_protocol.messages import FilePart, Message, Part, TextPart, ToolPart
from sessiond_protocol.wire import to_json


def as_text(message: Message, longest: int) -> str:
    """Who said what, media as labels; empty for a message that says nothing.

    `longest`: characters of an output or of a call's arguments; what mattered of them the model has said.
    """
    return "\n".join(_blocks(message, longest))


def shortened(text: str, most: int) -> str:
    """The text with its middle left out where it is longer than so many characters."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n(… {len(text) - 2 * half:,} characters …)\n{text[len(text) - half :]}"


def _blocks(message: Message, longest: int) -> Iterator[str]:
    who = "User" if message.role == "user" else "Assistant"
    for part in message.parts:
        if text := _said(part, longest):
            yield f"[{who}] {text}" if not isinstance(part, ToolPart) else text


def _said(part: Part, longest: int) -> str:
    """Reasoning is left out: what came of it was said or done."""
    match part:
        case TextPart():
            return part.text.strip()
        case FilePart():
            return _label(part)
        case ToolPart():
            return "\n".join(_call(part, longest))
        case _:
            return ""


def _label(part: FilePart) -> str:
    where = "" if part.uri.startswith("data:") else f", {part.uri}"
    return f"(attached: {part.name or 'a file'}, {part.media_type}{where}{_size(part.uri)})"


def _size(uri: str) -> str:
    if not uri.startswith("data:"):
        return ""
    try:
        return f", {len(base64.b64decode(uri.partition(',')[2])):,} bytes"
    except (binascii.Error, ValueError):
        return ""


def _call(part: ToolPart, longest: int) -> Iterator[str]:
    state = part.state
    yield f"[Call of {part.name}] {shortened(to_json(state.input).decode(), longest)}"
    if state.output:
        yield f"[Its output] {shortened(state.output, longest)}"
    if state.error:
        yield f"[It failed] {shortened(state.error, longest)}"
    for given in state.attachments:
        yield f"(it gave {given.name}, {given.media_type})"
