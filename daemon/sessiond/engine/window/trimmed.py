"""Tool outputs that the model no longer gets: each is a line that says so and where the whole of it stands.

The session folds `context.trimmed` into a `Trimmed`; the log and every client keep the outputs. The line depends on
nothing but the log, so that what stands before it stays in the providers' caches.
"""

import msgspec

from sessiond_protocol.messages import Message, Part, ToolPart


class Trimmed(msgspec.Struct):
    files: dict[str, str | None] = msgspec.field(default_factory=dict[str, str | None])
    """By part, the file with the whole output; None where there is none."""
    after: str | None = None
    """The last message of the conversation when outputs were cut last."""


def without_trimmed(message: Message, trimmed: Trimmed) -> Message:
    """The message as the model gets it; the same object where nothing of it is cut."""
    if not any(part.id in trimmed.files for part in message.parts):
        return message
    return msgspec.structs.replace(message, parts=[_shown(part, trimmed) for part in message.parts])


def _shown(part: Part, trimmed: Trimmed) -> Part:
    if not isinstance(part, ToolPart) or part.id not in trimmed.files:
        return part
    line = _line(part.state.output or "", trimmed.files[part.id])
    state = msgspec.structs.replace(part.state, output=line, attachments=[])
    return ToolPart(id=part.id, call_id=part.call_id, name=part.name, state=state)


def _line(output: str, file: str | None) -> str:
    size = f"{output.count(chr(10)) + 1:,} lines, {len(output):,} characters"
    if file is None:
        return f"(This output, {size}, is left out to save room. Call the tool again if you need it.)"
    return f"(This output, {size}, is left out to save room. All of it is in {file}: use `read` or `grep`.)"
