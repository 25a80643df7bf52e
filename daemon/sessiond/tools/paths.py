"""What the tools make of a path: the file it stands for, and its name as people and models can read it.

Every tool that takes or tells a path uses it. It opens nothing.
"""

import re
from pathlib import Path

from sessiond.tools.failure import ToolFailed

LONGEST_PATH = 4096
LONGEST_NAME = 255
"""Bytes, as Linux has them; no system that counts otherwise allows more of both."""
SHOWN_CHARACTERS = 200
_SURROGATE = re.compile("[\ud800-\udfff]")


def resolved(file_path: str, cwd: str) -> Path:
    """The real path a name stands for, symlinks and `..` followed. Raises ToolFailed."""
    try:
        if is_too_long(file_path):  # the system would say so as well, at each use and with the whole path
            raise ValueError(f"a path has at most {LONGEST_PATH} bytes, and {LONGEST_NAME} between two slashes")
        return (Path(cwd) / Path(file_path).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ToolFailed(f"{quoted(file_path)} is not a path that can be read: {error}.") from None


def is_too_long(path: str) -> bool:
    encoded = path.encode(errors="surrogatepass")
    return len(encoded) > LONGEST_PATH or any(len(name) > LONGEST_NAME for name in encoded.split(b"/"))


def quoted(name: str) -> str:
    """What was sent as a name and is none, for an error: it may be anything, and long."""
    return repr(printable(name if len(name) <= SHOWN_CHARACTERS else f"{name[:SHOWN_CHARACTERS]}…"))


def printable(name: str) -> str:
    """A name with U+FFFD for each byte that is no UTF-8.

    Python holds such bytes as lone surrogates (PEP 383), which neither the log nor the wire can carry.
    """
    return _SURROGATE.sub("\ufffd", name)


def shown(path: Path, root: str) -> str:
    """A path as people name it: relative to the project where it is inside."""
    home = Path(root).resolve()
    text = path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()
    return printable(text)
