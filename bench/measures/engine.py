"""The engine that clients share: how soon they are whole again when it dies, and what a crowd of them costs it."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from statistics import median, quantiles

from bench.accounts import cpu_us, resident_mb
from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting
from bench.stream import Stream, read_to_the_end

DEATHS = 20
FEW = 3
CLIENTS, SESSIONS, PACE, DURATION = 10, 100, 50, 10
"""Deltas a second of each session; seconds."""
WHOLE_MS = 2000


def whole_again(setting: Setting) -> list[Figure]:
    """From SIGKILL under three clients with a turn each, until each has heard its turn's end from the next engine."""
    with ExitStack() as stack:
        clients = [stack.enter_context(setting.ready_engine("deaths")) for _ in range(FEW)]
        times = [each for _ in range(DEATHS) for each in _one_death(clients)]
    return [
        Figure("whole again after SIGKILL of the engine, p50", median(times), "ms", WHOLE_MS),
        Figure(f"the same, worst of {len(times)}", max(times), "ms", WHOLE_MS),
    ]


def _one_death(clients: Sequence[Connection]) -> list[float]:
    """Milliseconds for each. They are read one after the other: what has come waits in their pipes."""
    streams = [Stream(client, deltas=5000, rate=200) for client in clients]
    for stream in streams:
        stream.read_until(20)
    clients[0].kill_engine()
    killed = time.monotonic_ns()
    read_to_the_end(streams)
    return [(stream.ended_at - killed) / 1e6 for stream in streams]


def crowd(setting: Setting) -> list[Figure]:
    """100 sessions, ten of each of ten clients, at 50 deltas a second each; from when all have begun to their ends."""
    with ExitStack() as stack:
        clients = [stack.enter_context(setting.ready_engine("crowd")) for _ in range(CLIENTS)]
        engine, pipes = clients[0].engine_pid, [client.pipe_pid for client in clients]
        weight = resident_mb(engine)
        streams = [
            Stream(client, deltas=PACE * DURATION, rate=PACE, stamped=True)
            for _ in range(SESSIONS // CLIENTS)
            for client in clients
        ]
        began, before = time.monotonic_ns(), (cpu_us(engine), cpu_us(*pipes))
        read_to_the_end(streams)
        took = (time.monotonic_ns() - began) / 1000
        engine_cores, pipes_cores = (cpu_us(engine) - before[0]) / took, (cpu_us(*pipes) - before[1]) / took
        grown, pipe_weight = resident_mb(engine) - weight, median(map(resident_mb, pipes))
    cuts = quantiles([latency for stream in streams for latency in stream.latencies(began)], n=100)
    name = f"{SESSIONS} sessions at {PACE} deltas a second"
    return [
        Figure(f"{name}, p50", cuts[49] / 1e6, "ms", 10),
        Figure(f"{name}, p99", cuts[98] / 1e6, "ms", 50),
        Figure("CPU of the engine meanwhile", engine_cores, "cores", 1),
        Figure(f"CPU of the {CLIENTS} pipes together", pipes_cores, "cores", 0.5),
        Figure("memory that it takes in the engine", grown, "MB"),
        Figure("memory of each pipe", pipe_weight, "MB", 20),
    ]
