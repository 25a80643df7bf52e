"""One end of a conversation in messages, over a pair of streams; a test says and hears every single one."""

import asyncio
import json
from typing import Any

from support.daemon.framing import Framing, MessageReader, frame_bytes

SECONDS = 20


class Talk:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, framing: Framing = "headers"
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.framing: Framing = framing
        self._decoder = MessageReader(framing)
        self._heard: list[dict[str, Any]] = []

    def say(self, *messages: dict[str, Any] | bytes) -> None:
        """All in one piece, in the form that an engine gives it; bytes as they are."""
        self.writer.write(
            b"".join(
                message if isinstance(message, bytes) else frame_bytes(_encoded(message), self.framing)
                for message in messages
            )
        )

    def request(self, number: Any, method: str, **params: Any) -> None:
        self.say({"id": number, "method": method, "params": params})

    def notify(self, method: str, **params: Any) -> None:
        self.say({"method": method, "params": params})

    async def next(self) -> dict[str, Any] | None:
        """The next message, without `jsonrpc`; None at the end, in whatever way it came."""
        while not self._heard:
            try:
                data = await asyncio.wait_for(self.reader.read(1 << 18), SECONDS)
            except ConnectionError:
                data = b""
            if not data:
                return None
            for body in self._decoder.feed(data):
                message = json.loads(body)
                assert message.pop("jsonrpc") == "2.0"
                self._heard.append(message)
        return self._heard.pop(0)

    async def expect(self, *messages: dict[str, Any]) -> None:
        """These, whole, and nothing between them."""
        for message in messages:
            assert await self.next() == message

    async def until(self, **fields: Any) -> dict[str, Any]:
        """The next message with these values; what comes before it is passed over."""
        while (message := await self.next()) is not None:
            if fields.items() <= message.items():
                return message
        raise AssertionError(f"the end came before {fields}")

    async def rest(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        while (message := await self.next()) is not None:
            heard.append(message)
        return heard

    @property
    def half(self) -> bytes:
        """Of a message, after the end."""
        return self._decoder.rest

    async def drain(self) -> None:
        await asyncio.wait_for(self.writer.drain(), SECONDS)


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps({"jsonrpc": "2.0"} | message, separators=(",", ":"), ensure_ascii=False).encode()
