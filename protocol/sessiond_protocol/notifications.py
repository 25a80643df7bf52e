"""Every notification that is sessiond's own or that it heeds: its name, parameters and direction in one table.

The schema is made from it. LSP's document notifications are not listed: LSP defines them.
"""

from typing import Literal

import msgspec

from sessiond_protocol.events import SessionEvents, SessionResync
from sessiond_protocol.watching import SessionsChanged
from sessiond_protocol.wire import NoParams, Value


class CancelParams(Value, frozen=True):
    id: int | str
    """The id of the request to cancel."""


class Notification(msgspec.Struct, frozen=True):
    """One row of the table."""

    params: type
    direction: Literal["clientToServer", "serverToClient"]
    summary: str


NOTIFICATIONS: dict[str, Notification] = {
    "session/event": Notification(SessionEvents, "serverToClient", "Events of one session, in order."),
    "session/resync": Notification(SessionResync, "serverToClient", "Too much was missed: subscribe anew."),
    "sessions/changed": Notification(SessionsChanged, "serverToClient", "Sessions that are watched have changed."),
    "sessions/resync": Notification(NoParams, "serverToClient", "Changes were missed: watch and list anew."),
    "server/stopped": Notification(
        NoParams, "serverToClient", "The engine was stopped: only a request starts another."
    ),
    "initialized": Notification(NoParams, "clientToServer", "The handshake is done."),
    "$/cancelRequest": Notification(CancelParams, "clientToServer", "Cancels a request; a chat's turn is aborted."),
    "exit": Notification(NoParams, "clientToServer", "Ends the connection, after `shutdown`."),
}
