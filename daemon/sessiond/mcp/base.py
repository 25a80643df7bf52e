"""The contract of the room: what a server offers, an open connection to it, and what a connection asks of its host.

`connection/` opens connections with the official SDK and translates, `supervision/` owns one of them at a time,
`tools/` makes tools of what is offered. Everything here comes from outside and is not to be trusted.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypeAlias

import msgspec

from sessiond.tools.base import Inquiry, Surroundings
from sessiond_protocol.messages import QuestionAnswer
from sessiond_protocol.tools import ToolAnnotations


class Stdio(msgspec.Struct, frozen=True, kw_only=True):
    """A server that is started here."""

    command: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    """All that it sees of the environment."""


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """A server that runs elsewhere."""

    url: str
    kind: Literal["http", "sse"] | None
    """None: streamable HTTP, or SSE where that is not understood."""
    headers: Mapping[str, str]
    network: Mapping[str, str] = {}
    """The variables that say how servers are reached; see `config.network`."""
    client_id: str | None = None
    client_secret: str | None = None
    scopes: tuple[str, ...] | None = None


class ServerConfig(msgspec.Struct, frozen=True, kw_only=True):
    """A server as it is to be used: variables filled in, paths absolute. Two that are equal are one server."""

    name: str
    place: Stdio | Remote
    start_timeout: float
    call_timeout: float
    call_timeouts: Mapping[str, float]
    sampling: bool

    def timeout_of(self, tool: str) -> float:
        """Seconds that a call may take without progress."""
        return self.call_timeouts.get(tool, self.call_timeout)


class ToolFacts(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """The server's own."""
    title: str | None
    description: str
    schema: dict[str, Any]
    annotations: ToolAnnotations | None


class PromptArgument(msgspec.Struct, frozen=True):
    name: str
    description: str | None
    required: bool


class PromptFacts(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    title: str | None
    description: str | None
    arguments: tuple[PromptArgument, ...]


class ResourceFacts(msgspec.Struct, frozen=True, kw_only=True):
    uri: str
    """That of a template has `{…}` in it."""
    name: str
    template: bool
    title: str | None
    description: str | None
    media_type: str | None
    size: int | None


class Listing(msgspec.Struct, frozen=True):
    """What a server offers, in its own order."""

    tools: tuple[ToolFacts, ...] = ()
    prompts: tuple[PromptFacts, ...] = ()
    resources: tuple[ResourceFacts, ...] = ()


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says of itself."""

    title: str | None
    version: str | None
    protocol_version: str
    instructions: str | None


class Text(msgspec.Struct, frozen=True, tag=True):
    text: str


class Blob(msgspec.Struct, frozen=True, tag=True):
    """An image, a sound or another file."""

    media_type: str
    data: str
    """Base64."""
    name: str | None = None


class ResourceText(msgspec.Struct, frozen=True, tag=True):
    """The text of a resource, embedded or read."""

    uri: str
    media_type: str | None
    text: str


class ResourceBlob(msgspec.Struct, frozen=True, tag=True):
    uri: str
    media_type: str | None
    data: str
    """Base64."""


class Link(msgspec.Struct, frozen=True, tag=True):
    """A resource that can be read by its URI."""

    uri: str
    name: str
    description: str | None
    media_type: str | None


Content: TypeAlias = Text | Blob | ResourceText | ResourceBlob | Link


class CallResult(msgspec.Struct, frozen=True):
    content: tuple[Content, ...]
    structured: Any = None
    """JSON; None where there is none."""
    is_error: bool = False


class PromptMessage(msgspec.Struct, frozen=True):
    role: Literal["user", "assistant"]
    content: Content


class ServerFailed(Exception):
    """A server did not do what was asked of it. The text says why, for the model and the user alike."""


class Lost(ServerFailed):
    """The connection is over: the process has ended, the stream was closed, the session has expired."""


class NeedsAuth(ServerFailed):
    """The server wants the user to log in and no login is under way."""


Progress = Callable[[str | None, float | None, float | None], None]
"""`progress(text, done, total)`."""


class Connection(Protocol):
    """An open connection. Methods may be called from any task, many at once; each can be cancelled, and then the
    server is told. They raise ServerFailed, and have no time limit of their own."""

    @property
    def identity(self) -> Identity: ...

    async def listing(self) -> Listing:
        """All that the server offers now, every page of it within bounds."""
        ...

    async def call(self, tool: str, arguments: dict[str, Any], progress: Progress) -> CallResult: ...

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]: ...

    async def read(self, uri: str) -> tuple[Content, ...]:
        """A resource: ResourceText and ResourceBlob."""
        ...


class Sampling(msgspec.Struct, frozen=True, kw_only=True):
    """What a server wants a model to answer."""

    system: str | None
    messages: Sequence[PromptMessage]
    max_tokens: int


class Sampled(msgspec.Struct, frozen=True):
    text: str
    model: str
    finish_reason: Literal["endTurn", "maxTokens"]


class Host(Protocol):
    """What a connection asks of the one who opened it; called on the event loop."""

    def roots(self) -> Sequence[str]:
        """`file:` URIs of what the server may work on."""
        ...

    def changed(self) -> None:
        """Its tools, prompts or resources are others now."""
        ...

    def log(self, text: str) -> None:
        """Something for the server's log: its stderr, its log messages, what is odd about what it says."""
        ...

    def lost(self, reason: str) -> None:
        """The connection is over; every call that still waits fails with Lost."""
        ...

    def wants_login(self, url: str | None) -> None:
        """Opening waits until the user has logged in at this address. None: no longer."""
        ...

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        """Asks the user on behalf of a running call."""
        ...

    async def sample(self, sampling: Sampling) -> Sampled:
        """Raises ServerFailed when the settings do not allow it, or the model fails."""
        ...


class Server(Protocol):
    """A server as tools and prompts see it. It takes calls while it starts, too; they wait."""

    @property
    def name(self) -> str:
        """As it is configured."""
        ...

    @property
    def listing(self) -> Listing:
        """What it offered last; empty once it has failed for good. The same object until it changes."""
        ...

    @property
    def identity(self) -> Identity | None: ...

    async def call(
        self, tool: str, arguments: dict[str, Any], progress: Progress, surroundings: Surroundings
    ) -> CallResult:
        """Raises ServerFailed, also when it takes too long. The questions of the call go to its `surroundings`."""
        ...

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]: ...

    async def read(self, uri: str) -> tuple[Content, ...]: ...


Connect = Callable[[ServerConfig, Host], AbstractAsyncContextManager[Connection]]
"""Opens a connection: entered once the server has answered `initialize`, raises ServerFailed with the reason.

Entering is cancelled when it takes too long. Leaving ends the server, by force if need be, in about two seconds,
and is never cancelled: nothing of the server is left then.
"""
