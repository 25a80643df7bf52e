"""Refuses data directories on network file systems. Called when the store is opened."""

from pathlib import Path

from sessiond.owner.network import MOUNTS, on_network
from sessiond.storage.base import StorageFailed


def refuse_network(directory: Path, mounts: Path = Path(MOUNTS)) -> None:
    """Raises StorageFailed that names the mount and the remedy. The directory need not exist yet."""
    if (why := on_network(str(directory), str(mounts))) is not None:
        raise StorageFailed(why)
