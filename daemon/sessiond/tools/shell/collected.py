"""The output of one command while it runs: its beginning and end in memory, all of it in a file once it is long.

Also tells how far the command is. Bounded whatever comes; `running.py` feeds it, `bash.py` reports from it.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path

from sessiond.tools.output_file import OutputFile
from sessiond.tools.outputs import Gap, Outputs, kept_in, not_kept
from sessiond.tools.shell.plain_text import PlainText
from sessiond.tools.window import Window

log = logging.getLogger(__name__)

PROGRESS_SECONDS = 0.1
PROGRESS_BYTES = 4_000
"""Of what was written last; a client shows it in place of what it had before."""
WRITTEN_AT_ONCE = 1 << 20


class Collected:
    """Feed it, then `finish` or `discard` it."""

    def __init__(self, outputs: Outputs, progress: Callable[[str | None, float | None, float | None], None]) -> None:
        self._outputs = outputs
        self._progress = progress
        self._text = PlainText()
        self._window = Window("tail")
        self._unwritten = bytearray()
        self._file: OutputFile | None = None
        self._trouble: OSError | None = None
        self._told_at = 0.0
        self._untold = False

    @property
    def truncated(self) -> bool:
        return not self._window.whole

    async def add(self, data: bytes) -> None:
        self._take(self._text.feed(data))
        self._untold = True
        self.tell()
        if len(self._unwritten) >= WRITTEN_AT_ONCE:
            await asyncio.to_thread(self._write)

    def tell(self) -> float:
        """Says what was written last, unless it just did; gives the seconds after which there is more to say."""
        wait = self._told_at + PROGRESS_SECONDS - time.monotonic()
        if self._untold and wait <= 0:
            self._told_at, self._untold = time.monotonic(), False
            self._progress(self._window.last(PROGRESS_BYTES) + self._text.unfinished[-PROGRESS_BYTES:], None, None)
        return max(wait, 0.0) if self._untold else PROGRESS_SECONDS * 10

    async def finish(self) -> tuple[str, Path | None]:
        """What the model is shown, and the file that has all of it if that is not all."""
        self._take(self._text.end())
        if self._window.whole:
            return self._window.shown(Gap("")), None
        path = await asyncio.to_thread(self._finished_file)
        place = kept_in(path) if path else not_kept(self._trouble or OSError("unknown"))
        return self._window.shown(Gap(place)), path

    def discard(self) -> None:
        """Leaves no file; after `finish` it does nothing."""
        if self._file is not None:
            try:
                self._file.discard()
            except OSError as error:
                log.debug("output of a command that was given up: %s", error)
            self._file = None

    def _take(self, text: str) -> None:
        data = text.encode()
        self._window.add(data)
        if self._trouble is None:
            self._unwritten += data

    def _finished_file(self) -> Path | None:
        self._write()
        if self._file is None:
            return None
        try:
            path = self._file.finish()
        except OSError as error:
            self._give_up(error)
            return None
        self._file = None
        return path

    def _write(self) -> None:
        """A disk that refuses costs the file, not the command."""
        try:
            if self._file is None:
                self._file = self._outputs.begin()
            self._file.write(bytes(self._unwritten))
        except OSError as error:
            self._give_up(error)
        self._unwritten.clear()

    def _give_up(self, error: OSError) -> None:
        self._trouble = error
        self.discard()
