"""Looks for an engine, or starts one, while the pipe goes on listening to its client.

A thread, since starting blocks; `loop.py` waits for it by a descriptor like any other.
"""

from __future__ import annotations

import _thread  # `threading` costs a millisecond, and nothing of it is needed
import os
import time

from sessiond.owner.connecting import connect
from sessiond.owner.unavailable import EngineUnavailable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping, Sequence


class Seeking:
    def __init__(self, environment: Mapping[str, str], command: Sequence[str] | None, delay: float) -> None:
        """`command` starts another engine than ours; `delay` is in seconds."""
        self.found: socket.socket | None = None
        self.failure: EngineUnavailable | None = None
        self._done, self._doing = os.pipe()
        _thread.start_new_thread(self._run, (environment, command, delay))

    def fileno(self) -> int:
        """Readable once there is an engine, or a failure."""
        return self._done

    def close(self) -> None:
        os.close(self._done)

    def _run(self, environment: Mapping[str, str], command: Sequence[str] | None, delay: float) -> None:
        time.sleep(delay)
        try:
            self.found = connect(environment, command)
        except EngineUnavailable as failure:
            self.failure = failure
        except OSError as error:
            self.failure = EngineUnavailable("engineUnavailable", f"No engine can be started: {error}.")
        finally:
            os.close(self._doing)
