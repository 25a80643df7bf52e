"""Reads a server's stderr into its log. What is too much is read, too, so that the server goes on, but not kept."""

import re
from collections import deque
from collections.abc import Callable, Iterable

from sessiond.mcp.connection.child.flow import BYTE_SECONDS, LINE_SECONDS, Notes, loop_share
from sessiond.mcp.connection.child.lines import Line, Lines, TooLong
from sessiond.mcp.connection.child.pipes import Reader

LONGEST_LINE = 16 * 1024
"""Bytes; of a longer one the beginning is kept."""
BURST_LINES = 2_000
LINES_A_SECOND = 50
"""That are kept, once there was a burst."""
SHARE = 0.05
"""Of the event loop. Beyond it the server has to wait a little with what it writes."""
LAST_LINES = 20
SHOWN_CHARACTERS = 300

_SAYS_WHY = re.compile(r"error|exception|fatal|cannot|denied|missing|required|not found|failed", re.IGNORECASE)
_OF_NPM = re.compile(r"npm (?:error|ERR!)(?: \d+)?(?:\s+(?:A complete log|Note that you can|tarball, folder).*)?")
"""Lines that npm, which starts many a server, writes behind its reason."""


class Stderr:
    def __init__(self, pipe: Reader, log: Callable[[str], None]) -> None:
        self._pipe = pipe
        self._notes = Notes(log, BURST_LINES, LINES_A_SECOND)
        self._share = loop_share(SHARE)
        self._last: deque[str] = deque(maxlen=LAST_LINES)

    async def read(self) -> None:
        """Until its end."""
        lines = Lines(LONGEST_LINE)
        while piece := await self._pipe.read():
            ended = [*lines.add(piece)]
            self._keep(ended)
            self._share.spend(len(piece) * BYTE_SECONDS + len(ended) * LINE_SECONDS)
            if debt := self._share.seconds_in_debt:
                await self._pipe.rest(debt)
        self._keep([*lines.rest()])
        self._notes.settle()

    def last_words(self) -> str:
        """Of its lines, the one that says why a server ended; empty when there was none."""
        return why_of(self._last).strip()[:SHOWN_CHARACTERS]

    def _keep(self, lines: list[Line]) -> None:
        texts = [text for line in lines if (text := _text(line).rstrip())]
        self._last.extend(texts[-LAST_LINES:])
        self._notes.add(*texts)


def why_of(lines: Iterable[str]) -> str:
    """The last line that seems to say why a program has ended, else the last one; empty when there was none."""
    said = [line for line in lines if line.strip()]
    reasons = (line for line in reversed(said) if _SAYS_WHY.search(line) and not _OF_NPM.fullmatch(line.strip()))
    return next(reasons, said[-1] if said else "")


def _text(line: Line) -> str:
    if isinstance(line, TooLong):
        return f"{line.head.decode(errors='replace')}… ({line.size:,} bytes in all)"
    return line.decode(errors="replace")
