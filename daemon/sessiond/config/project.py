"""Which project a directory belongs to."""

from pathlib import Path

from sessiond_protocol.errors import ErrorCode, RpcError


def project_root(directory: str) -> str:
    """The nearest directory upwards that has a `.git`, else the directory itself."""
    start = Path(directory)
    for candidate in (start, *start.parents):
        if (candidate / ".git").exists():
            return str(candidate)
    return directory


def existing_directory(directory: str) -> str:
    """A directory as sessions keep it: absolute and there. Raises RpcError."""
    path = Path(directory)
    if not _is_unicode(directory):
        raise _invalid(f"The name of the directory {directory!r} is not Unicode text; sessions cannot be kept there.")
    if not path.is_absolute():
        raise _invalid(f"`directory` must be an absolute path, not {directory!r}.")
    try:
        there = path.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise _invalid(f"There is no directory {directory!r}.")
    return str(path)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _invalid(message: str) -> RpcError:
    return RpcError(ErrorCode.INVALID_PARAMS, message, {"kind": "invalidRequest", "field": "directory"})
