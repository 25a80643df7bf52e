"""What a pipe and the engine say to each other on the engine's socket, beside the client's own messages.

All in `Content-Length` framing, whatever the client speaks. No part of the clients' protocol: they never see these.
Two versions of sessiond may stand at the ends, so fields are only ever added, and unknown methods are ignored.
"""

import msgspec

from sessiond_protocol.wire import Value

LINK_VERSION = 1


class Hello(Value, frozen=True, omit_defaults=False):
    """`link/hello`, the pipe's first message: what the client brings, taken from the pipe's own process."""

    version: str
    """Of the pipe's sessiond."""
    link: int = LINK_VERSION
    pid: int = 0
    directory: str | None = None
    env: dict[str, str] = msgspec.field(default_factory=dict[str, str])
    answered: bool = False
    """Whether the pipe has answered the client's `initialize`, which follows all the same."""


class Welcome(Value, frozen=True, omit_defaults=False):
    """`link/welcome`, the engine's first message."""

    version: str
    """Of the engine's sessiond."""
    pid: int
    link: int = LINK_VERSION


class Successor(Value, frozen=True):
    """`link/supersede`: a newer sessiond asks the engine to leave once no turn runs. Also in `Leaving`."""

    version: str
    command: list[str]
    """Starts the newer engine."""


class Leaving(Value, frozen=True):
    """`link/leaving`, the engine's last message: it ends in good order.

    Requests without an answer were not begun: whoever holds them may send them to the next engine.
    """

    successor: Successor | None = None
    stopped: bool = False
    """Somebody wants no engine now: the next one is started when the client asks for something."""


class DocumentWanted(Value, frozen=True):
    """The request `link/document`: the text of an open document, so that a pipe need not keep every change."""

    uri: str


class DocumentText(Value, frozen=True, omit_defaults=False):
    version: int
    language_id: str
    text: str
