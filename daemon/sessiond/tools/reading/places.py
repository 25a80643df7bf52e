"""Where a search begins: the directory or file that a model names, and what stands there. For glob, grep and list."""

import os
import stat
from pathlib import Path

from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import shown


def directory_at(path: Path, root: str) -> Path:
    """Raises ToolFailed for what is no directory or cannot be looked into."""
    directory, name = search_place(path, root)
    if name is not None:
        raise ToolFailed(f"{shown(path, root)} is a file, not a directory. Use `read` for it.")
    return directory


def search_place(path: Path, root: str) -> tuple[Path, str | None]:
    """A directory, and the name of the one file in it when a file is meant. Raises ToolFailed."""
    title = shown(path, root)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            os.scandir(path).close()
            return path, None
    except (FileNotFoundError, NotADirectoryError):
        raise ToolFailed(
            f"There is no {title}. Give a directory that exists, or none for the working directory."
        ) from None
    except OSError as error:
        raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None
    if not stat.S_ISREG(mode):
        raise ToolFailed(f"{title} is neither a file nor a directory.")
    return path.parent, path.name
