"""How long it takes until the first answer, and what the process weighs then."""

import subprocess
import sys
import time
from statistics import median

from bench.accounts import resident_mb
from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting

ROUNDS = 10


def startup(setting: Setting) -> list[Figure]:
    """Rounds are interleaved, so that other work on the machine weighs on all alike; medians."""
    setting.ready_engine().kill()  # its bytecode is there from now on
    bare: list[float] = []
    engine: list[float] = []
    pipe: list[float] = []
    weights: list[float] = []
    for _ in range(ROUNDS):
        bare.append(_bare_interpreter())
        engine.append(_initialize(setting.engine(), weights))
        pipe.append(_initialize(setting.bare_pipe(), []))
    floor = median(bare)
    return [
        Figure("bare interpreter, spawn to first byte", floor, "ms"),
        Figure("`initialize` answered, above that", median(engine) - floor, "ms", 30, median(pipe) - floor),
        Figure("the same, best of ten", min(engine) - min(bare), "ms", 30, min(pipe) - min(bare)),
        Figure("memory when `initialize` is answered", median(weights), "MB", 45),
        Figure("memory when a request is answered as well", _memory_at_work(setting), "MB", 45),
    ]


def _memory_at_work(setting: Setting) -> float:
    """Without `initialized`, so that nothing has been warmed up yet."""
    with setting.engine() as engine:
        engine.initialize()
        engine.call("server/status")
        return resident_mb(engine.process.pid)


def _bare_interpreter() -> float:
    began = time.monotonic()
    command = [sys.executable, "-c", "import os; os.write(1, b'.')"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.read(1)
        return (time.monotonic() - began) * 1000


def _initialize(connection: Connection, weights: list[float]) -> float:
    with connection:
        answered = connection.initialize()
        weights.append(resident_mb(connection.process.pid))
        return (answered - connection.spawned) / 1e6
