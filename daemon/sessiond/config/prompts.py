"""The texts that models read: the user's own where there is one, else those that ship.

A file `prompts/system/default.md` beside the user's config file stands in for the one of that name in the
prompts package, and so for every other. Made anew for each turn, so that a change counts with the next prompt.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

MAX_BYTES = 64 * 1024
"""What is read of a text of the user's own; a longer one is a mistake and would fill a small model."""


class Prompts:
    def __init__(self, own: Path) -> None:
        """`own`: the folder of the user's texts; it need not be there."""
        self._own = own
        self._any = own.is_dir()
        self._read: dict[str, str | None] = {}

    def text(self, name: str) -> str:
        """The text with this name, such as `system/default.md`."""
        return self.own(name) or shipped(name)

    def own(self, name: str) -> str | None:
        """The user's own text with this name, if there is one."""
        if not self._any:
            return None
        if name not in self._read:
            self._read[name] = _content(self._own / name)
        return self._read[name]


@cache
def shipped(name: str) -> str:
    """A text of the prompts package."""
    return (files("sessiond_prompts") / name).read_text(encoding="utf-8").strip()


def _content(path: Path) -> str | None:
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return file.read(MAX_BYTES).decode(errors="replace").strip() or None
    except OSError:
        return None
