"""How long it takes until the first answer, and what the processes weigh then."""

import subprocess
import sys
import time
from statistics import median

from bench.accounts import resident_mb
from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting

ROUNDS = 10
INITIALIZE_MS, LIST_MS = 30, 60
"""Targets, above what a bare interpreter takes."""


class Starts:
    """Of one kind, in ms from the spawn."""

    def __init__(self) -> None:
        self.initialized: list[float] = []
        self.listed: list[float] = []
        self.weights: list[float] = []

    def time(self, connection: Connection) -> None:
        """One start: `initialize`, and then the first request that needs the store."""
        with connection:
            self.initialized.append((connection.initialize() - connection.spawned) / 1e6)
            self.weights.append(resident_mb(connection.pipe_pid))
            connection.call("session/list")
            self.listed.append((connection.read_at - connection.spawned) / 1e6)


def startup(setting: Setting) -> list[Figure]:
    """Rounds are interleaved, so that other work on the machine weighs on all alike; medians."""
    for first in (setting.ready_engine("warm"), setting.ready_standalone()):
        first.kill()  # its bytecode is there from now on
    bare: list[float] = []
    pipe: list[float] = []
    warm, cold, alone = Starts(), Starts(), Starts()
    with setting.ready_engine("warm"):  # it stays for all that come
        for _ in range(ROUNDS):
            bare.append(_bare_interpreter())
            warm.time(setting.engine("warm"))
            cold.time(setting.engine("cold"))
            setting.without_engine("cold")
            alone.time(setting.standalone())
            pipe.append(_initialize(setting.bare_pipe()))
    floor, least, bare_pipe = median(bare), min(bare), median(pipe) - median(bare)
    return [
        Figure("bare interpreter, spawn to first byte", floor, "ms"),
        Figure("`initialize` answered, above that", median(warm.initialized) - floor, "ms", INITIALIZE_MS, bare_pipe),
        Figure("the same, best of ten", min(warm.initialized) - least, "ms", INITIALIZE_MS, min(pipe) - least),
        Figure("the same where no engine runs", median(cold.initialized) - floor, "ms", INITIALIZE_MS, bare_pipe),
        Figure("the same in one process", median(alone.initialized) - floor, "ms", INITIALIZE_MS, bare_pipe),
        Figure("first list of sessions answered, above that", median(warm.listed) - floor, "ms", LIST_MS),
        Figure("the same where no engine runs", median(cold.listed) - floor, "ms"),
        Figure("the same in one process", median(alone.listed) - floor, "ms"),
        Figure("memory of the pipe when `initialize` is answered", median(warm.weights), "MB", 15),
        Figure("memory in one process then", median(alone.weights), "MB", 45),
        *_memory_at_work(setting),
    ]


def _memory_at_work(setting: Setting) -> list[Figure]:
    """Without `initialized`, so that nothing has been warmed up yet."""
    weights: list[float] = []
    for connection in (setting.engine(), setting.standalone()):
        with connection:
            connection.initialize()
            connection.call("server/status")
            weights.append(resident_mb(connection.engine_pid))
    return [
        Figure("memory of the engine when a request is answered", weights[0], "MB", 45),
        Figure("the same in one process", weights[1], "MB", 45),
    ]


def _bare_interpreter() -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", "import os; os.write(1, b'.')"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.read(1)
        return (time.monotonic() - began) * 1000


def _initialize(connection: Connection) -> float:
    with connection:
        return (connection.initialize() - connection.spawned) / 1e6
