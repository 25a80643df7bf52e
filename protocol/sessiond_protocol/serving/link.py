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


class Refused(Value, frozen=True, omit_defaults=False):
    """`link/refused`, in place of the welcome: the engine takes nobody like that. The socket is closed behind it."""

    kind: str
    """Of the errors of the protocol, such as `engineUnavailable`."""
    message: str
    """For people."""


class Ended(Value, frozen=True):
    """`link/ended`. From the pipe: its client says nothing more, and wants the answers to what it has asked.

    From the engine, before it closes the socket: this client has left in good order (`exit`, the end of its input, the
    death of the process that it named), and its pipe ends. A socket that ends without this or `link/leaving` was lost.
    """


class Successor(Value, frozen=True):
    """`link/supersede`: a newer sessiond asks the engine to leave once no turn runs. Also in `Leaving`."""

    version: str
    command: list[str]
    """Starts the newer engine."""


class Leaving(Value, frozen=True):
    """`link/leaving`, the engine's last message, also in place of the welcome: it ends in good order.

    Requests without an answer were not begun: whoever holds them may send them to the next engine, with a
    `$/cancelRequest` that came behind them. The socket ends once that can start: whoever waits for its end needs no
    second try, and a lost connection (ECONNRESET) is such an end.
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
