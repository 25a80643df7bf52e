"""A conversation as plain text, for the model that writes its summary. Pure.

Not the messages themselves: a model goes on with a conversation rather than summarise it, and a text fits any size.
"""

import base64
import binascii
from collections.abc import Iterator

from sessiond_protocol.messages import FilePart, Message, Part, TextPart, ToolPart
from sessiond_protocol.wire import to_json

LONGEST_OUTPUT = 2_000
"""Characters of a tool's output; what mattered of it the model has said."""
LONGEST_INPUT = 1_000
"""Characters of a call's arguments."""


def as_text(message: Message) -> str:
    """Who said what, media as labels; empty for a message that says nothing."""
    return "\n".join(_blocks(message))


def shortened(text: str, most: int) -> str:
    """The text with its middle left out where it is longer than so many characters."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n(… {len(text) - 2 * half:,} characters …)\n{text[len(text) - half :]}"


def _blocks(message: Message) -> Iterator[str]:
    who = "User" if message.role == "user" else "Assistant"
    for part in message.parts:
        if text := _said(part):
            yield f"[{who}] {text}" if not isinstance(part, ToolPart) else text


def _said(part: Part) -> str:
    """Reasoning is left out: what came of it was said or done."""
    match part:
        case TextPart():
            return part.text.strip()
        case FilePart():
            return _label(part)
        case ToolPart():
            return "\n".join(_call(part))
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


def _call(part: ToolPart) -> Iterator[str]:
    state = part.state
    yield f"[Call of {part.name}] {shortened(to_json(state.input).decode(), LONGEST_INPUT)}"
    if state.output:
        yield f"[Its output] {shortened(state.output, LONGEST_OUTPUT)}"
    if state.error:
        yield f"[It failed] {shortened(state.error, LONGEST_OUTPUT)}"
    for given in state.attachments:
        yield f"(it gave {given.name}, {given.media_type})"
