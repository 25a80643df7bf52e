"""A file descriptor that is written without ever waiting for it: what is not taken yet is kept, in order.

One stands before the client, one before the engine. How much may wait is decided by who fills it.
"""

import os
import select
import stat
from collections import deque
from itertools import islice

MOST_PIECES = 512
"""Written by one system call; any system takes that many."""


class Outlet:
    def __init__(self, file: int) -> None:
        self.waiting = 0
        """Bytes."""
        self.broken = False
        """Whether nobody reads any more; what is put is forgotten then."""
        self._file = file
        self._pieces: deque[bytes | memoryview] = deque()
        self._changed_mode = _can_wait(file) and os.get_blocking(file)
        if self._changed_mode:
            os.set_blocking(file, False)

    def put(self, *pieces: bytes) -> None:
        if not self.broken:
            self._pieces.extend(filter(None, pieces))  # what is empty would never be taken away
            self.waiting += sum(map(len, pieces))

    def interest(self) -> int:
        return select.POLLOUT if self.waiting else 0

    def push(self) -> None:
        """Writes as much as is taken now."""
        try:
            while self._pieces:
                self._take_away(os.writev(self._file, [*islice(self._pieces, MOST_PIECES)]))
        except BlockingIOError:
            return
        except OSError:
            self.broken = True
            self._pieces.clear()
            self.waiting = 0

    def _take_away(self, written: int) -> None:
        self.waiting -= written
        while written:
            piece = self._pieces.popleft()
            if len(piece) > written:
                self._pieces.appendleft(memoryview(piece)[written:])
                return
            written -= len(piece)

    def close(self) -> None:
        """Gives the descriptor back as it was: others may share it."""
        if self._changed_mode:
            os.set_blocking(self._file, True)


def _can_wait(file: int) -> bool:
    """Files and terminals take whatever comes, or have no other way."""
    mode = os.fstat(file).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
