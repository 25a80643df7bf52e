"""A connection to the engine of this user's data directory, which is started where none runs.

Called by the pipe and by the commands. What is said on it is of `sessiond_protocol.serving.link`.
"""

import os
import socket
from collections.abc import Mapping, Sequence

from sessiond.owner.finding import find
from sessiond.owner.places import data_directory
from sessiond.owner.starting import own_command, start
from sessiond.owner.unavailable import EngineUnavailable

ATTEMPTS = 5


def connect(environment: Mapping[str, str] = os.environ, command: Sequence[str] | None = None) -> socket.socket:
    """A blocking socket; the process at its other end is this user's. Blocks, for a minute at the worst.

    `command` starts an engine other than this version's. Raises EngineUnavailable.
    An engine may be just leaving: who is given the end of the stream before `link/welcome` connects again.
    """
    directory = data_directory(environment)
    for _ in range(ATTEMPTS):
        found = find(directory) or start(environment, directory, command or own_command())
        if found is not None:
            return found
    message = f"The engine of {directory} ends as soon as it has started. See `sessiond logs`."
    raise EngineUnavailable("engineUnavailable", message)
