"""How large the parts of a data directory are, and which files of one are old. Blocks; called in a thread."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from sessiond_protocol.keeping.pruning import Sizes

SECONDS_A_DAY = 86_400
DATABASE = "sessions.db"


def sizes_of(directory: Path) -> Sizes:
    return Sizes(
        database=sum(_size(directory / f"{DATABASE}{ending}") for ending in ("", "-wal", "-shm")),
        outputs=_below(directory / "outputs"),
        contents=_below(directory / "contents"),
        snapshots=_below(directory / "snapshots"),
        logs=_below(directory / "log"),
        drafts=_below(directory / "drafts"),
    )


def old_files(directory: Path, days: float) -> list[Path]:
    """The files in it that were last written longer ago."""
    before = time.time() - days * SECONDS_A_DAY
    return [file for file in _files(directory) if file.lstat().st_mtime < before] if directory.is_dir() else []


def remove_files(files: Iterable[Path]) -> int:
    """How many there were. Those that are gone already do not count."""
    removed = 0
    for file in files:
        try:
            file.unlink()
        except FileNotFoundError:
            continue
        removed += 1
    return removed


def _files(directory: Path) -> Iterator[Path]:
    return (file for file in directory.iterdir() if file.is_file() and not file.is_symlink())


def _below(directory: Path) -> int:
    return sum(_size(Path(folder) / name) for folder, _, names in os.walk(directory) for name in names)


def _size(file: Path) -> int:
    """0 for a file that has gone meanwhile."""
    try:
        return file.lstat().st_size
    except FileNotFoundError:
        return 0
