"""The real daemon under test: a process, a client that folds what it hears, and a home on disk.

`async with Daemon(home) as daemon:` starts it and says `initialize`; leaving the block ends it in
good order and asserts that nothing the server sent was left unread.
"""

from support.daemon.client import Client, ConnectionEnded, RequestFailed
from support.daemon.follower import Follower
from support.daemon.home import Home, Mode, a_home
from support.daemon.process import Daemon
from support.daemon.session_rows import SessionRows
from support.daemon.session_state import SessionState

__all__ = [
    "Client",
    "ConnectionEnded",
    "Daemon",
    "Follower",
    "Home",
    "Mode",
    "RequestFailed",
    "SessionRows",
    "SessionState",
    "a_home",
]
