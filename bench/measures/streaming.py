"""What the engine adds to a stream: time before the first token, time and CPU of a delta, memory."""

from statistics import mean, median, quantiles

from bench.accounts import cpu_us, resident_mb, synced, written_bytes
from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting
from bench.stream import Stream

DELTA_BYTES = 20
PACED_DELTAS = 2500  # 50 KB of text
PACE = 200
FULL_SPEED_ROUNDS = 5
PIPE_MEGABYTES = 20


def first_token(setting: Setting) -> list[Figure]:
    """The prompt is on the disk before the model is asked: one sync is in it. What that costs here is told beside."""
    with setting.ready_engine() as engine, setting.ready_bare_pipe() as pipe:
        rounds = [(_added(engine), _added(pipe), synced(setting.place / "synced")) for _ in range(40)]
    engines, pipes, syncs = zip(*rounds, strict=True)
    return [
        Figure("added before the first token", median(engines), "ms", 8, median(pipes)),
        Figure("the same, best of forty", min(engines), "ms", 8, min(pipes)),
        Figure("one sync to this disk", median(syncs), "ms"),
    ]


def _added(connection: Connection) -> float:
    return Stream(connection).finish().added_to_first_token / 1e6


def paced(setting: Setting) -> list[Figure]:
    """50 KB at 200 deltas a second, each stamped with the time it was written: one after the other, as people have it,
    all in one process, and by the bare pipe. What is written does not depend on the pipe: it is that of one process.
    """
    shared, shared_cpu, _ = _paced(setting.ready_engine())
    alone, alone_cpu, written = _paced(setting.ready_standalone())
    floor, floor_cpu, _ = _paced(setting.ready_bare_pipe())
    return [
        Figure("delta latency at 200 a second, p50", shared[0], "ms", 0.8, floor[0]),
        Figure("delta latency at 200 a second, p99", shared[1], "ms", 4, floor[1]),
        Figure("the same in one process, p50", alone[0], "ms", 0.8, floor[0]),
        Figure("the same in one process, p99", alone[1], "ms", 4, floor[1]),
        Figure("CPU a delta at 200 a second, pipe and engine", shared_cpu, "µs", floor=floor_cpu),
        Figure("the same in one process", alone_cpu, "µs", floor=floor_cpu),
        Figure("bytes written a byte of a 50 KB answer", written[0], "", 4),
        Figure("the same in pages of storage", written[1], "", 4),
    ]


def _paced(connection: Connection) -> tuple[tuple[float, float], float, tuple[float, float]]:
    """Latencies p50 and p99 in ms, CPU of a delta in µs, and bytes written and dirtied a byte of text."""
    with connection:
        pid, pids = connection.engine_pid, connection.pids
        before, read_before, cpu_before = written_bytes(pid), connection.bytes_read, cpu_us(*pids)
        stream = Stream(connection, deltas=PACED_DELTAS, rate=PACE, stamped=True).finish()
        cpu = (cpu_us(*pids) - cpu_before) / PACED_DELTAS
        after, text_bytes = written_bytes(pid), sum(len(text) for _, text in stream.texts)
        to_disk = after[0] - before[0] - (connection.bytes_read - read_before)
        return _p50_p99(stream), cpu, (to_disk / text_bytes, (after[1] - before[1]) / text_bytes)


def _p50_p99(stream: Stream) -> tuple[float, float]:
    cuts = quantiles(stream.latencies(), n=100)
    return cuts[49] / 1e6, cuts[98] / 1e6


def at_full_speed(setting: Setting) -> list[Figure]:
    """CPU is that of a delta more, in pipe and engine: what a turn with one delta costs is taken off.

    Medians of interleaved rounds.
    """
    with setting.ready_engine() as engine, setting.ready_standalone() as alone, setting.ready_bare_pipe() as pipe:
        after_turn = resident_mb(engine.engine_pid)
        rounds = [
            (
                *(_delta_costs(engine, size) for size in (10_000, 100_000, 1_000_000)),
                *(_delta_costs(other, 1_000_000) for other in (alone, pipe)),
                *(_fastest(each) for each in (engine, alone, pipe)),
            )
            for _ in range(FULL_SPEED_ROUNDS)
        ]
        weight = resident_mb(engine.engine_pid)
        pipe_weight = resident_mb(engine.pipe_pid)
    medians = (median(column) for column in zip(*rounds, strict=True))
    small, middle, large, large_alone, floor, rate, rate_alone, floor_rate = medians
    return [
        Figure("deltas a second", rate, "", 12_000, floor_rate, "more"),
        Figure("the same in one process", rate_alone, "", 12_000, floor_rate, "more"),
        Figure("CPU a delta, 10 KB answer", small, "µs", 60),
        Figure("CPU a delta, 100 KB answer", middle, "µs", 60),
        Figure("CPU a delta, 1 MB answer", large, "µs", 60, floor),
        Figure("the same in one process", large_alone, "µs", 60, floor),
        Figure("CPU a delta, 1 MB against 10 KB", large / small, "x", 1.3),
        Figure("memory of the engine after a turn", after_turn, "MB", 85),
        Figure("memory of the engine after 12 MB of answers", weight, "MB"),
        Figure("memory of the pipe then", pipe_weight, "MB", PIPE_MEGABYTES),
    ]


def _delta_costs(connection: Connection, answer_bytes: int) -> float:
    """µs a delta; small answers are repeated, for one is over too soon to be measured well."""
    deltas = answer_bytes // DELTA_BYTES
    rounds = max(1, 100_000 // answer_bytes)
    base = mean(_cpu_of_turn(connection, 1) for _ in range(10))
    return (mean(_cpu_of_turn(connection, deltas) for _ in range(rounds)) - base) / (deltas - 1)


def _cpu_of_turn(connection: Connection, deltas: int) -> float:
    before = cpu_us(*connection.pids)
    Stream(connection, deltas=deltas, size=DELTA_BYTES).finish()
    return cpu_us(*connection.pids) - before


def _fastest(connection: Connection) -> float:
    deltas = 50_000
    texts = Stream(connection, deltas=deltas, size=DELTA_BYTES).finish().texts
    return deltas / ((texts[-1][0] - texts[0][0]) / 1e9)
