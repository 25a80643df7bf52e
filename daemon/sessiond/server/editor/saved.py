"""Whether the disk has what an editor shows. LSP does not say which documents are saved; their files do.

Used by `client_editor.py`.
"""

import asyncio
from pathlib import Path

ENCODINGS = ("utf-8-sig", "utf-16", "cp1252", "latin-1")
"""What a file may be stored in: editors do not tell. The text decides which."""


async def unsaved(path: Path, text: str) -> bool:
    """Whether the file has another text than this. Line ends and a byte order mark make no difference."""
    return await asyncio.to_thread(_unsaved, path, text)


def _unsaved(path: Path, text: str) -> bool:
    try:
        content = path.read_bytes() if path.is_file() else None
    except OSError:
        return True
    return content is None or not any(_says(content, encoding, _lines(text)) for encoding in ENCODINGS)


def _says(content: bytes, encoding: str, text: str) -> bool:
    try:
        return _lines(content.decode(encoding)) == text
    except UnicodeDecodeError:
        return False


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
