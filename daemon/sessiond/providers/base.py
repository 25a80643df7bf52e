"""What a provider is: a request in, an async iterator of model events out, one error tree.

The engine's step drives it; every adapter in this folder fits it. An adapter does not retry
(`retry.py` does), does not write to any log and knows no session.
"""

from collections.abc import AsyncGenerator
from typing import Any, Protocol, TypeAlias

import msgspec

from sessiond_protocol.messages import FinishReason, Message, Usage


class ToolSpec(msgspec.Struct, frozen=True):
    """A tool as the model sees it. `parameters` is a JSON Schema object."""

    name: str
    description: str
    parameters: dict[str, Any]


class ModelRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One model call, in the engine's own words; adapters translate it and never change it."""

    model: str
    """The provider's own name of the model, without the `provider/` before it."""
    system: tuple[str, ...]
    """Blocks of the system prompt, the most stable first, so that prefixes can be cached."""
    messages: tuple[Message, ...]
    tools: tuple[ToolSpec, ...] = ()
    max_output_tokens: int | None = None
    temperature: float | None = 0.0
    """`None` where the model takes no temperature."""
    images: bool = False
    """Whether the model takes images (and PDF, where its API does); without, a line of text names each file."""
    reasoning: bool = False
    idle_timeout: float = 300.0
    """Seconds without a byte after which the stream is given up."""


class TextDelta(msgspec.Struct, frozen=True):
    """Text added to the answer."""

    text: str


class ReasoningDelta(msgspec.Struct, frozen=True):
    """Text added to the model's reasoning."""

    text: str


class ReasoningSigned(msgspec.Struct, frozen=True):
    """The reasoning so far is whole; `signature` goes back to the provider unchanged."""

    signature: str


class ToolCallStarted(msgspec.Struct, frozen=True):
    """The model begins to write a call. `key` names the call among the events of this stream."""

    key: str
    name: str


class ToolCallDelta(msgspec.Struct, frozen=True):
    """Text added to the arguments of a begun call."""

    key: str
    text: str


class ToolCall(msgspec.Struct, frozen=True):
    """A whole call, sent once the response has ended properly; an abandoned call never gets here.

    `arguments` is the parsed JSON object, or None with the reason in `error` when the model's
    text is not one; `text` is what the model wrote.
    """

    key: str
    call_id: str
    name: str
    arguments: dict[str, Any] | None
    text: str
    error: str | None = None


class UsageReported(msgspec.Struct, frozen=True):
    """Tokens of this call so far; the last report counts."""

    usage: Usage


class Finished(msgspec.Struct, frozen=True):
    """The response ended properly. Always the last event; without it the call has failed."""

    reason: FinishReason


ModelEvent: TypeAlias = (
    TextDelta | ReasoningDelta | ReasoningSigned | ToolCallStarted | ToolCallDelta | ToolCall | UsageReported | Finished
)


class ProviderError(Exception):
    """A model call failed. `kind` is one of the protocol's error kinds.

    `retryable`: the same request may work later. `retry_after`: seconds the provider asks to
    wait. `detail`: the provider's own words, cut to 2 kB and free of keys.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        retryable: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
        detail: str | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after
        self.status = status
        self.detail = detail


class Provider(Protocol):
    """One configured provider. Built without importing its SDK; `warm` does that off the loop."""

    id: str

    async def warm(self) -> None:
        """Imports and primes the SDK in a thread. Idempotent; `stream` awaits it."""
        ...

    def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        """Streams one model call; an async generator to be closed with `aclosing`.

        Cancelling it closes the HTTP stream. Raises ProviderError and nothing else, before the
        first event or after some; a stream that ends without its terminal event is one too.
        """
        ...

    async def close(self) -> None:
        """Closes connections. The provider is not used again."""
        ...
