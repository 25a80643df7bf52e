"""The conversation as providers accept it: every call has a result and an id of its own, every file is readable.

Every adapter starts from `pair` and translates what it gives; nothing here knows an API. A history
that breaks these rules is answered with 400 for ever, so they hold whatever the log contains.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, cast
from urllib.parse import unquote_to_bytes, urlsplit
from urllib.request import url2pathname

import msgspec

from sessiond_protocol.messages import FilePart, Message, ReasoningPart, Role, TextPart, ToolPart, ToolState

NOT_RUN = "This call was not run: the turn ended before it."
EFFECT_UNKNOWN = "This call was interrupted. Whether it took effect is unknown; look before you repeat it."
NO_OUTPUT = "(no output)"
IMAGE_TYPES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
"""What both OpenAI and Anthropic take."""
PDF = "application/pdf"
MAX_MEDIA_BYTES = 20 * 1024 * 1024


class Takes(msgspec.Struct, frozen=True):
    """Which files a model takes by the API it is spoken to; others are named in a line of text."""

    images: bool = False
    pdf: bool = False

    def type(self, media_type: str) -> bool:
        return (self.images and media_type in IMAGE_TYPES) or (self.pdf and media_type == PDF)


class Media(msgspec.Struct, frozen=True):
    """A picture or a PDF in base64."""

    media_type: str
    data: str
    name: str

    @property
    def uri(self) -> str:
        return f"data:{self.media_type};base64,{self.data}"

    @property
    def is_pdf(self) -> bool:
        return self.media_type == PDF


class PairedCall(msgspec.Struct, frozen=True):
    """A tool call and what came of it. `failed`: `result` is an error text."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    result: str
    failed: bool
    media: tuple[Media, ...] = ()


SentPart: TypeAlias = TextPart | Media | ReasoningPart | PairedCall


class Entry(msgspec.Struct, frozen=True):
    """One message to be sent, its parts in the order of the log; never empty."""

    role: Role
    parts: tuple[SentPart, ...]

    def calls(self) -> list[PairedCall]:
        return [part for part in self.parts if isinstance(part, PairedCall)]


def pair(messages: Sequence[Message], model: str, takes: Takes) -> list[Entry]:
    """The messages as entries in the same order, those with nothing to say left out.

    `model` is `provider/model`: reasoning of any other is dropped, since its signature means
    nothing elsewhere. Texts of white space alone are dropped (Anthropic refuses them). A file, also
    one that a tool has given, is sent where `takes` says so, else as a line of text naming it.
    """
    ids = _CallIds()
    entries = (Entry(message.role, tuple(_sent_parts(message, model, takes, ids))) for message in messages)
    return [entry for entry in entries if entry.parts]


def _sent_parts(message: Message, model: str, takes: Takes, ids: "_CallIds") -> Iterable[SentPart]:
    by_model = message.role == "assistant"
    for part in message.parts:
        if isinstance(part, FilePart):
            sent = _file(part.name, part.media_type, part.uri, takes)
            yield sent if isinstance(sent, Media) else TextPart(id=part.id, text=sent)
        elif isinstance(part, TextPart):
            if part.text.strip():
                yield part
        elif isinstance(part, ReasoningPart):
            if by_model and message.model == model:
                yield part
        elif by_model:
            yield _paired_call(part, takes, ids)


def _file(given_name: str | None, media_type: str, uri: str, takes: Takes) -> Media | str:
    """The file itself, or the text that stands for it."""
    name = given_name or (uri if not uri.startswith("data:") else "unnamed")
    named = f"Attached file: {name} ({media_type})"
    if not takes.type(media_type):
        return named
    try:
        return Media(media_type, base64.b64encode(_content(uri)).decode(), name)
    except (OSError, ValueError) as error:
        return f"{named}; it could not be sent: {error}"


def _content(uri: str) -> bytes:
    """The bytes behind a `data:` or `file:` URI. Raises OSError or ValueError, fit to be read by the model."""
    if uri.startswith("data:"):
        head, _, data = uri.partition(",")
        raw = unquote_to_bytes(data)
        content = base64.b64decode(raw, validate=True) if head.endswith(";base64") else raw
    elif uri.startswith("file:"):
        path = Path(url2pathname(urlsplit(uri).path))
        if not path.is_file():
            raise ValueError("there is no such file")
        if path.stat().st_size > MAX_MEDIA_BYTES:
            raise ValueError(f"it is larger than {MAX_MEDIA_BYTES} bytes")
        content = path.read_bytes()
    else:
        raise ValueError("its address is neither `data:` nor `file:`")
    if len(content) > MAX_MEDIA_BYTES:
        raise ValueError(f"it is larger than {MAX_MEDIA_BYTES} bytes")
    return content


def _paired_call(part: ToolPart, takes: Takes, ids: "_CallIds") -> PairedCall:
    """The input is an object even where the model wrote none: servers fail on a broken one for ever."""
    state = part.state
    written: object = state.input
    files = [_file(given.name, given.media_type, given.uri, takes) for given in state.attachments]
    return PairedCall(
        call_id=ids.unique(part.call_id),
        name=_legal(part.name) or "unknown",
        arguments=cast(dict[str, Any], written) if isinstance(written, dict) else {},
        result="\n".join((_result(state), *(text for text in files if isinstance(text, str)))),
        failed=state.status != "completed",
        media=tuple(file for file in files if isinstance(file, Media)),
    )


def _result(state: ToolState) -> str:
    match state.status:
        case "completed":
            return state.output or NO_OUTPUT
        case "failed":
            return "\n".join(text for text in (state.output, state.error) if text) or EFFECT_UNKNOWN
        case "running":
            return EFFECT_UNKNOWN
        case "pending":
            return NOT_RUN


class _CallIds:
    """Gives each call of one request an id of its own; a good one is kept as it is."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def unique(self, call_id: str) -> str:
        base = _legal(call_id) or "call"
        unique, count = base, 1
        while unique in self._used:
            count += 1
            unique = f"{base[:56]}_{count}"
        self._used.add(unique)
        return unique


def _legal(name: str) -> str:
    """What both OpenAI and Anthropic take as a call id or tool name: `[a-zA-Z0-9_-]{1,64}`."""
    return re.sub(r"[^a-zA-Z0-9_-]", "_", name)[:64]
