"""Stores and places for them."""

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sessiond.storage.sqlite import SqliteStore, open_store
from support.storage.stores import mounted


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
async def store(directory: Path) -> AsyncIterator[SqliteStore]:
    opened = await open_store(directory)
    yield opened
    await opened.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    yield from mounted(tmp_path / "disk", "size=1m", _run)


def _run(command: list[str]) -> int:
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=10).returncode
    except FileNotFoundError:
        return 1


@pytest.fixture
def remount_read_only():
    """Makes a mounted file system read-only, as the kernel does when a disk fails."""
    return lambda place: _run(["mount", "-o", "remount,ro", str(place)])
