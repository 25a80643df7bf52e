"""What to say of a file that is not there: names like it beside it, and files of its name elsewhere. For `read`."""

import asyncio
import os
from itertools import islice
from pathlib import Path
from typing import IO

from sessiond.tools.base import ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable, shown
from sessiond.tools.reading.search.ripgrep import ALWAYS, records, ripgrep

MAX_NAMES = 3
MIN_LIKENESS = 60
"""Of 100: with less, names have little in common."""
SECONDS = 2.0
"""What looking through the project may cost."""


async def missing(path: Path, scope: ToolScope) -> str:
    """Says that there is no such file, and what may have been meant."""
    title = shown(path, scope.root)
    near = await asyncio.to_thread(names_beside, path)
    if near is None:
        said = f"There is no file {title}, nor a readable directory for it."
    else:
        said = f"There is no file {title}." + (f" Near names there: {', '.join(near)}." if near else "")
    elsewhere = await same_name(path, scope)
    return said + (f" Files of that name elsewhere: {', '.join(elsewhere)}." if elsewhere else "")


def names_beside(path: Path) -> list[str] | None:
    """The most similar names in its directory, case apart; None when there is no such directory."""
    from rapidfuzz import process  # noqa: PLC0415 - heavy, and needed on a miss only

    try:
        names = [printable(name) for name in os.listdir(path.parent)]
    except OSError:
        return None
    found = process.extract(
        printable(path.name), names, processor=str.casefold, limit=MAX_NAMES, score_cutoff=MIN_LIKENESS
    )
    return [name for name, _, _ in found]


async def same_name(path: Path, scope: ToolScope) -> list[str]:
    """Files of the project with this name, case apart, as paths for the model."""
    root, wanted = Path(scope.root).resolve(), path.name.casefold()

    def with_name(names: IO[bytes]) -> list[Path]:
        paths = (root / os.fsdecode(name) for name in records(names, b"\0"))
        return list(islice((found for found in paths if found.name.casefold() == wanted), MAX_NAMES))

    try:
        outcome = await ripgrep([*ALWAYS, "--files", "--null"], root, scope.environment, with_name, seconds=SECONDS)
    except ToolFailed:
        return []
    return [shown(found, scope.cwd) for found in sorted(outcome.value) if found.parent != path.parent]
