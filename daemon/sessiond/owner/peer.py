"""Who is at the other end of a socket. Both ends ask before they believe a byte."""

import os
import socket
import struct
import sys

_LOCAL_PEERCRED = 1
"""Of macOS and the BSDs, on level 0; gives `struct xucred`, whose second word is the user."""


def is_ours(connection: socket.socket) -> bool:
    """Whether the process at the other end is this user's. Where no system call says it, the directory's mode does."""
    user = peer_user(connection)
    return user is None or user == os.geteuid()


def peer_user(connection: socket.socket) -> int | None:
    """The user id of the process at the other end, or None where the system does not tell."""
    if sys.platform == "linux":
        pid_user_group = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return struct.unpack("iII", pid_user_group)[1]
    if sys.platform == "darwin" or "freebsd" in sys.platform:
        return struct.unpack_from("II", connection.getsockopt(0, _LOCAL_PEERCRED, 76))[1]
    return None
