"""What it costs to tell a client of every change in the list of sessions, against changing them alone."""

from statistics import median

from bench.accounts import cpu_us
from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting

SESSIONS = 1000
ROUNDS = 5


def watching(setting: Setting) -> list[Figure]:
    with setting.ready_engine("watched") as engine:
        ids = [engine.call("session/create")["id"] for _ in range(SESSIONS)]
        for session_id in ids:
            engine.call("session/unsubscribe", {"sessionId": session_id})
        alone: list[float] = []
        watched: list[float] = []
        for _ in range(ROUNDS):
            engine.call("sessions/unwatch")
            alone.append(_cost_of_a_change(engine, ids))
            engine.call("sessions/watch")
            watched.append(_cost_of_a_change(engine, ids))
    return [
        Figure(f"CPU a change of a session, {SESSIONS:,} of them", median(alone), "µs"),
        Figure("the same while a client watches them", median(watched), "µs"),
    ]


def _cost_of_a_change(engine: Connection, ids: list[str]) -> float:
    """CPU in µs; a request of its own for each session, all of them at once."""
    before = cpu_us(engine.engine_pid)
    for change in [engine.send("session/update", {"sessionId": each, "title": "Changed"}) for each in ids]:
        engine.answer(change)
    return (cpu_us(engine.engine_pid) - before) / len(ids)
