"""File URIs to paths. Used by `client_editor.py`, to know which document is which file, and by the handshake."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit


def path_of(uri: str) -> str | None:
    """The path that a `file:` URI names on this machine; None for any other URI.

    Editors percent-encode more or less, such as `file:///c%3A/a%20b`.
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    path = unquote(parts.path)
    if os.name == "nt":
        path = f"//{parts.netloc}{path}" if parts.netloc else path.removeprefix("/")
    return path if parts.scheme == "file" and path and "\0" not in path else None


def resolved(path: str | Path) -> Path | None:
    """The file itself, symlinks and `..` followed; None where there is no end to them."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError):
        return None
