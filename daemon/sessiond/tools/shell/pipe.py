"""What a command writes, standard output and standard error together so that their order is kept.

`running.py` makes one for each command. It never waits for the processes that hold its other end.
"""

import asyncio
import os

from sessiond.tools.failure import ToolFailed
from sessiond.tools.shell.collected import Collected

READ_BYTES = 65_536
MOST_READS_AFTER_STOP = 16
"""A pipe holds 64 KiB, or 1 MiB where somebody has enlarged it: all that was written before is seen."""


class Pipe:
    def __init__(self, output: Collected) -> None:
        """Raises ToolFailed when no more files can be opened."""
        try:
            self._exit, self.entry = os.pipe()
        except OSError as error:
            raise ToolFailed(f"The command cannot be started: {error.strerror}. Try again later.") from None
        os.set_blocking(self._exit, False)
        self._output = output
        self._wake = asyncio.Event()
        self._stopped = False

    async def read(self) -> None:
        """Until its end, or until it has been stopped and nothing waits in it."""
        reads_left = MOST_READS_AFTER_STOP
        while reads_left:
            try:
                data = os.read(self._exit, READ_BYTES)
            except BlockingIOError:
                if self._stopped:
                    return
                await self._ready()
                continue
            if not data:
                return
            reads_left -= self._stopped
            await self._output.add(data)
            await asyncio.sleep(0)  # a command that writes without pause shall not have the loop for itself

    def stop(self) -> None:
        self._stopped = True
        self._wake.set()

    def close_entry(self) -> None:
        """Only the command and its children write; once they are gone, reading ends."""
        if self.entry >= 0:
            os.close(self.entry)
            self.entry = -1

    def close(self) -> None:
        self.close_entry()
        os.close(self._exit)

    async def _ready(self) -> None:
        """Returns when there is something to read, when stopped, and now and then to say how far the command is."""
        loop = asyncio.get_running_loop()
        self._wake.clear()
        loop.add_reader(self._exit, self._wake.set)
        try:
            async with asyncio.timeout(self._output.tell()):
                await self._wake.wait()
        except TimeoutError:
            pass
        finally:
            loop.remove_reader(self._exit)
