"""What people have written down for agents: the user's own file, and the project's from its root to where one works.

Read once a turn by the planner, so that the prompt stays the same, and cached, while the turn runs.
"""

from pathlib import Path

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.text_lines import opened

NAMES = ("AGENTS.md", "CLAUDE.md", "CONTEXT.md")
"""In each directory the first that is there counts."""
MAX_BYTES = 32 * 1024
"""Of one file; what is longer is cut, and said so."""
MAX_TOTAL = 64 * 1024
"""Characters of all together; the most general are left out first."""


class Instructions(msgspec.Struct, frozen=True):
    """One file's text and where it comes from, as a person names it."""

    origin: str
    text: str


def instructions(cwd: str, root: str, own: Path) -> list[Instructions]:
    """All that apply, the most general first. `own`: the folder of the user's config file.

    A project's file counts only while it lies in the project: a link that leads out of it, to the
    user's keys for instance, is not followed.
    """
    home = Path(root).resolve()
    found = [_first(own, "the user's", own)]
    found += [_first(directory, "the project's", home) for directory in _down_to(home, Path(cwd).resolve())]
    return _bounded([each for each in found if each is not None])


def _down_to(home: Path, cwd: Path) -> list[Path]:
    """The directories from the root to the working directory."""
    below = cwd.relative_to(home).parts if cwd.is_relative_to(home) else ()
    return [home.joinpath(*below[:depth]) for depth in range(len(below) + 1)]


def _first(directory: Path, whose: str, home: Path) -> Instructions | None:
    """The file of a directory that counts. An empty one counts too: it says that there is nothing to say."""
    for name in NAMES:
        text = _text(directory / name, home)
        if text is not None:
            shown = (directory / name).relative_to(home).as_posix()
            return Instructions(f"{whose} {shown}", text) if text.strip() else None
    return None


def _text(path: Path, home: Path) -> str | None:
    """The beginning of a regular file that really lies in `home`; None for anything else."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(home.resolve()):
            return None
        with opened(real, path.name) as file:
            content = file.read(MAX_BYTES + 1) or b""
    except (OSError, ToolFailed):
        return None
    text = content[:MAX_BYTES].decode(errors="replace").strip()
    return f"{text}\n(cut here: the file is longer than {MAX_BYTES} bytes)" if len(content) > MAX_BYTES else text


def _bounded(found: list[Instructions]) -> list[Instructions]:
    """The nearest to the working directory count most, and stay."""
    room, kept = MAX_TOTAL, list[Instructions]()
    for each in reversed(found):
        room -= len(each.text)
        if room >= 0:
            kept.insert(0, each)
    return kept
