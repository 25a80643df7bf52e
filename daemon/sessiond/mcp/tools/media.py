"""The files in what servers send: images and PDFs for models to look at, and all others. Pure."""

import mimetypes
from base64 import b64decode, b64encode
from binascii import Error
from typing import NamedTuple

from sessiond.tools.reading.attachments import MAX_BYTES, media_type

_EXTENSIONS = mimetypes.MimeTypes(filenames=())
"""Without what this machine's own lists add."""
for _kind, _extension in (("audio/wav", ".wav"), ("audio/ogg", ".ogg"), ("image/webp", ".webp")):
    _EXTENSIONS.add_type(_kind, _extension)  # not yet known to every Python


class Media(NamedTuple):
    """A file by its content."""

    content: bytes
    type: str
    """What it is by its first bytes; else what the server says."""
    seen: bool
    """Whether models may look at it: an image or a PDF, by its first bytes, that is not too large."""

    @property
    def uri(self) -> str:
        return f"data:{self.type};base64,{b64encode(self.content).decode('ascii')}"

    @property
    def text(self) -> str | None:
        """What it says, where it is a text by both its type and its content."""
        try:
            return self.content.decode() if self.type.startswith("text/") else None
        except UnicodeDecodeError:
            return None

    @property
    def extension(self) -> str:
        """With its dot, for a file that holds it."""
        return _EXTENSIONS.guess_extension(self.type) or ".bin"


def media(data: str, said: str | None) -> Media | None:
    """None where the data are not base64."""
    try:
        content = b64decode(data, validate=True)
    except (Error, ValueError):
        return None
    seen = media_type(content[:16])
    return Media(content, seen or said or "application/octet-stream", seen is not None and len(content) <= MAX_BYTES)
