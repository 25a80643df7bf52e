"""Which project a directory belongs to."""

import os
from pathlib import Path

from sessiond_protocol.errors import ErrorCode, RpcError

SHOWN_CHARACTERS = 200
"""Of a name that is refused."""


def project_root(directory: str) -> str:
    """The nearest directory upwards that has a `.git`, else the directory itself, also where nothing can be there."""
    start = Path(directory)
    for candidate in (start, *start.parents):
        if os.path.exists(candidate / ".git"):  # unlike `Path.exists` it bears names too long and closed directories
            return str(candidate)
    return directory


def existing_directory(directory: str) -> str:
    """A directory as sessions keep it: absolute and there. Raises RpcError."""
    path = Path(directory)
    if not _is_unicode(directory):
        raise _invalid(
            f"The name of the directory {_quoted(directory)} is not Unicode text; sessions cannot be kept there."
        )
    if not path.is_absolute():
        raise _invalid(f"`directory` must be an absolute path, not {_quoted(directory)}.")
    try:
        there = path.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise _invalid(f"There is no directory {_quoted(directory)}.")
    return str(path)


def _quoted(name: str) -> str:
    return repr(name if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}…")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _invalid(message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": "directory"})
