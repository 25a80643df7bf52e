"""The messages of the client on stdio: those that were read before the event loop ran, then those that come.

Fits `connection.Source`. Made by `serve.py` of what `first_answer.py` has read.
"""

from collections.abc import Sequence

from sessiond.server.first_answer import FirstAnswer
from sessiond.server.wire.framing import BadFrame
from sessiond.server.wire.json_rpc import Incoming
from sessiond.server.wire.stdio import Input


class StdioMessages:
    def __init__(self, first: FirstAnswer, source: Input) -> None:
        self._decoder = first.decoder
        self._early: Sequence[bytes | BadFrame] | None = first.frames
        self._ended = first.ended
        self._over = False
        self._source = source

    async def next(self) -> Sequence[bytes | BadFrame] | None:
        if self._early is not None:
            early, self._early = self._early, None
            return early
        if not self._ended:
            data = await self._source.read()
            self._ended = not data
            return self._decoder.feed(data)
        if not self._over:
            self._over = True
            return self._decoder.end()
        return None

    def heeds(self, message: Incoming) -> bool:
        """Whoever speaks to it speaks to its client."""
        return False

    def last_word(self) -> bytes | None:
        """Nobody stands between who would have to be told."""
        return None
