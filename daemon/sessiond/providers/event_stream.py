"""A streamed response as model events, for APIs whose streams name their own end: Messages and Responses.

The adapters give the response and their API's reader; chat completions have a reader of their own kind.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Protocol

from sessiond.providers.base import ModelEvent
from sessiond.providers.raw_stream import StreamedResponse, next_read, read_bytes
from sessiond.providers.sse import SseDecoder

PATIENCE = 0.25
"""Seconds that the body may go on after the last event: read to its end, the connection can be used again."""


class EventReader(Protocol):
    """Knows what the events of one API mean; one a response."""

    @property
    def has_ended(self) -> bool:
        """Whether the terminal event has come."""
        ...

    def read(self, data: str) -> list[ModelEvent]:
        """What one event adds. Raises ProviderError for one that says so, ValueError or MsgspecError for nonsense."""
        ...

    def finish(self, stray: str) -> list[ModelEvent]:
        """The calls and the end, once the stream is over; `stray` is what came that was no event.

        Raises ProviderError when the terminal event has not come: then no call may run.
        """
        ...


async def read_events(
    response: StreamedResponse, reader: EventReader, idle_timeout: float
) -> AsyncGenerator[ModelEvent, None]:
    """Yields what the response says, its end last. Raises as the reader and `read_bytes` do."""
    decoder = SseDecoder()
    async with aclosing(read_bytes(response, idle_timeout)) as chunks:
        while (chunk := await next_read(chunks, PATIENCE if reader.has_ended else None)) is not None:
            for sse in decoder.feed(chunk):
                for event in reader.read(sse.data):
                    yield event
    for sse in decoder.finish():
        for event in reader.read(sse.data):
            yield event
    for event in reader.finish(decoder.stray):
        yield event
