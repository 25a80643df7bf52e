"""What the tools make of a path: the file it stands for, and its name as people and models can read it.

Every tool that takes or tells a path uses it. It opens nothing.
"""

import re
from pathlib import Path

from sessiond.tools.failure import ToolFailed

_SURROGATE = re.compile("[\ud800-\udfff]")


def resolved(file_path: str, cwd: str) -> Path:
    """The real path a name stands for, symlinks and `..` followed. Raises ToolFailed."""
    try:
        return (Path(cwd) / Path(file_path).expanduser()).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise ToolFailed(f"{file_path!r} is not a path that can be read: {error}.") from None


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
