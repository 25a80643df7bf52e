"""A streamed response as model events, for APIs whose streams name their own end: Messages and Responses.

The adapters send the request and give their API's reader; chat completions have a reader of their own kind.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Protocol, TypeVar

import msgspec

from sessiond.providers import lenient_json
from sessiond.providers.base import ModelEvent, ProviderError
from sessiond.providers.errors import from_exception
from sessiond.providers.raw_stream import StreamedResponse, next_read, read_bytes
from sessiond.providers.sse import SseDecoder

Event = TypeVar("Event", bound=msgspec.Struct)

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
    provider_id: str,
    send: Callable[[], Awaitable[AbstractAsyncContextManager[StreamedResponse]]],
    reader: EventReader,
    idle_timeout: float,
) -> AsyncGenerator[ModelEvent]:
    """Yields what the response says, its end last. Raises ProviderError and nothing else, see `Provider.stream`."""
    try:
        async with await send() as response, aclosing(_events(response, reader, idle_timeout)) as events:
            async for event in events:
                yield event
    except ProviderError:
        raise
    except Exception as error:  # the SDKs let errors of httpx2 and JSON through, besides their own
        raise from_exception(provider_id, error) from error


def decode_event(decoder: msgspec.json.Decoder[Event], data: str) -> Event:
    """The struct of one event, for `EventReader.read`; its `type` is "error" if an odd one has an error in it."""
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeEncodeError):
        value = lenient_json.decode(data)
    if isinstance(value, dict) and "error" in value:
        value = {"type": "error"}
    return msgspec.convert(value, decoder.type, strict=False)


async def _events(
    response: StreamedResponse, reader: EventReader, idle_timeout: float
) -> AsyncGenerator[ModelEvent, None]:
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
