"""The handlers of `server/…`; they answer whatever state the storage is in."""

import os
import sys
import time

from sessiond import __version__
from sessiond.server.call import Call
from sessiond_protocol import PROTOCOL_VERSION
from sessiond_protocol.serving.lifecycle import StatusResult, StopParams, StopResult
from sessiond_protocol.wire import NoParams

_started = time.monotonic()


async def status(call: Call, params: NoParams) -> StatusResult:
    host = call.client.host
    return StatusResult(
        version=__version__,
        protocol_version=PROTOCOL_VERSION,
        pid=os.getpid(),
        uptime_ms=int((time.monotonic() - _started) * 1000),
        clients=len(host.clients),
        connected=[connected.status() for connected in host.clients],
        shared=host.shared,
        leaving=host.departure.wanted,
        memory_bytes=_resident_bytes(),
        sandbox=await call.client.guest.sandbox(),
        **call.client.engine.facts(),
    )


async def stop(call: Call, params: StopParams) -> StopResult:
    """The answer is there before the engine's end, and says how much that waits for."""
    host = call.client.host
    host.stop(now=params.when == "now", by=call.client.shown_name)
    return StopResult(turns=host.engine.facts()["turns"])


def _resident_bytes() -> int:
    """What the process has in memory; its peak where the system does not tell the present."""
    try:
        with open("/proc/self/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return _peak_bytes()


def _peak_bytes() -> int:
    try:
        import resource  # noqa: PLC0415 (not on Windows)
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
