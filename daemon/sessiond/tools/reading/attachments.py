"""Images and PDF as files that a model can look at. `read` attaches them; which model takes them is known elsewhere."""

import base64
import os
from io import FileIO

from sessiond.tools.base import ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.messages import Attachment

MAX_BYTES = 3_750_000
"""5 MB once it is base64: what the strictest API takes as one image."""

PDF = "application/pdf"
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


def media_type(head: bytes) -> str | None:
    """What a file is by its first bytes; None for what models do not look at."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for beginning, kind in _BEGINNINGS if head.startswith(beginning)), None)


def attached(file: FileIO, kind: str, title: str) -> ToolResult:
    """The whole file beside a line that names it. Raises ToolFailed for one that is too large."""
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    content = file.read(MAX_BYTES + 1) if size <= MAX_BYTES else None
    if content is None or len(content) > MAX_BYTES:
        raise ToolFailed(f"{title} is {kind} of {size} bytes; at most {MAX_BYTES} can be attached.")
    uri = f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
    name = title.rpartition("/")[2]
    return ToolResult(
        f"({title} is {kind}, {len(content)} bytes; it is attached)",
        title,
        {"mediaType": kind, "bytes": len(content)},
        (Attachment(media_type=kind, uri=uri, name=name),),
    )
