"""The messages of the client on stdio: those that were read before the event loop ran, then those that come.

Fits `connection.Source`. Made by `serve.py`.
"""

from collections.abc import Sequence

from sessiond.server.wire.framing import BadFrame, Decoder
from sessiond.server.wire.json_rpc import Incoming
from sessiond.server.wire.stdio import Input


class StdioMessages:
    def __init__(self, source: Input, decoder: Decoder, early: Sequence[bytes | BadFrame], *, ended: bool) -> None:
        """`ended`: whether the input had no more than the early frames, and what the decoder holds."""
        self._source = source
        self._decoder = decoder
        self._early: Sequence[bytes | BadFrame] | None = early
        self._ended = ended
        self._over = False

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
