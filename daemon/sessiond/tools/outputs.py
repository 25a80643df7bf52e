"""Keeps output that is too long for the model as files, which `read` can page and `grep` can search.

Files are named by the hash of their content and lie in one directory beside the database; the retention
settings say when they expire. Used by tools whose output has no limit of its own; `bash` writes while it runs.
"""

import errno
import time
from pathlib import Path

from sessiond.tools.output_file import MAX_KEPT_BYTES, OutputFile
from sessiond.tools.paths import printable
from sessiond.tools.window import MAX_BYTES, MAX_LINES, Keep, Window

__all__ = ["MAX_BYTES", "MAX_LINES", "Outputs"]

SECONDS_A_DAY = 86_400


class Outputs:
    """Blocks while it writes: call it in a thread for more than a page of text."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def keep(self, text: str) -> Path:
        """The file that holds the text from now on. Raises OSError."""
        return self._kept(printable(text).encode(), ".txt")

    def keep_file(self, content: bytes, suffix: str) -> Path:
        """The file that holds what is no text. Raises OSError."""
        if len(content) > MAX_KEPT_BYTES:
            raise OSError(errno.EFBIG, f"it is larger than {MAX_KEPT_BYTES} bytes")
        return self._kept(content, suffix)

    def _kept(self, content: bytes, suffix: str) -> Path:
        file = OutputFile(self.directory, suffix)
        try:
            file.write(content)
            return file.finish()
        except OSError:
            file.discard()
            raise

    def begin(self) -> OutputFile:
        """A file for output that is still to come. Raises OSError."""
        return OutputFile(self.directory)

    def limited(self, text: str, keep: Keep = "head") -> tuple[str, Path | None]:
        """What the model is shown, and where all of it is; None when all of it is shown.

        At most 2,000 lines and 50 KB, and a sentence that says what is left out. Never raises.
        """
        data = printable(text).encode()
        window = Window(keep)
        window.add(data)
        if window.whole:
            return data.decode(), None
        try:
            path = self.keep(text)
        except OSError as error:
            return window.shown(Gap(not_kept(error))), None
        return window.shown(Gap(kept_in(path))), path

    def expire(self, older_than_days: float) -> int:
        """Removes what was kept longer ago, and what killed processes left behind; says how many files."""
        before = time.time() - older_than_days * SECONDS_A_DAY
        try:
            files = list(self.directory.iterdir())
        except FileNotFoundError:
            return 0
        return sum(_removed_if_older(file, before) for file in files)


class Gap:
    """The sentence that stands where output is left out; `Window.shown` calls it."""

    def __init__(self, place: str) -> None:
        """`place` says where the full output is."""
        self._place = place

    def __call__(self, lines: int, size: int) -> str:
        return f"(… {lines:,} lines, {size:,} bytes are left out here. {self._place})"


def kept_in(path: Path) -> str:
    return f"The full output is in {printable(str(path))}: page it with `read`, search it with `grep`."


def not_kept(error: OSError) -> str:
    return f"The full output could not be kept: {error.strerror or error}."


def _removed_if_older(file: Path, before: float) -> bool:
    try:
        if file.stat().st_mtime >= before:
            return False
        file.unlink()
    except FileNotFoundError:  # another engine was faster
        return False
    return True
