"""What happens around a stream: an abort, a tool call, a crash."""

import time
from statistics import median

import msgspec

from bench.accounts import synced
from bench.figures import Figure
from bench.setting import Setting
from bench.stream import Stream

ROUNDS = 50


def abort(setting: Setting) -> list[Figure]:
    """From the request's write until `turn.ended` has been read, in the middle of a stream."""
    with setting.ready_engine() as engine:
        times: list[float] = []
        for _ in range(10):
            stream = Stream(engine, deltas=2000, rate=200)
            stream.read_until(20)
            asked = time.monotonic_ns()
            engine.call("session/abort", {"sessionId": stream.session_id})
            stream.finish()
            times.append((stream.ended_at - asked) / 1e6)
    return [Figure("abort until the turn has ended", median(times), "ms", 12)]


def tool_round(setting: Setting) -> list[Figure]:
    """From the model's call of `read` (3 lines) until its result is whole at the model's server."""
    file = setting.project / "three.txt"
    file.write_text("one\ntwo\nthree\n")
    with setting.ready_engine() as engine:
        times: list[float] = []
        for _ in range(10):
            arrived, asked, _ = Stream(engine, tool=str(file)).finish().stamps
            times.append((arrived - asked) / 1e6)
    return [Figure("tool round, `read` of 3 lines", median(times), "ms", 79)]


def fifty_tool_rounds(setting: Setting) -> list[Figure]:
    """A turn of 50 calls of `todoRead`: what the engine adds to a round in which model and tool cost nothing.

    The floor: two syncs of 4 KB, for a round puts the call and its result on the disk before it goes on.
    """
    step = {"toolCalls": [{"name": "todoRead", "arguments": {}}]}
    script = [msgspec.json.encode(step)] * ROUNDS + [b'{"text": "Done."}']
    setting.script.write_bytes(b"\n".join(script))
    with setting.ready_engine() as engine:
        times: list[float] = []
        syncs: list[float] = []
        for _ in range(5):
            session = engine.call("session/create")["id"]
            began = time.monotonic_ns()
            ended = engine.call("session/chat", {"sessionId": session, "text": "Go.", "model": "script/any"})
            times.append((time.monotonic_ns() - began) / 1e6 / ROUNDS)
            assert ended["stopReason"] == "endTurn", ended
            syncs += [synced(setting.place / "synced") for _ in range(10)]
    return [Figure("one of 50 rounds of `todoRead`, scripted", median(times), "ms", None, 2 * median(syncs))]


def kept_after_kill(setting: Setting) -> list[Figure]:
    """SIGKILL two seconds into a stream: how much of the text that was shown is there after a restart."""
    with setting.ready_engine("killed") as engine:
        stream = Stream(engine, deltas=2000, rate=200, stamped=True)
        stream.read_until(400)
        killed = time.monotonic_ns()
        engine.kill_engine()
    with setting.engine("killed") as engine:
        engine.initialize()
        messages = engine.call("session/messages", {"sessionId": stream.session_id})["messages"]
    kept = messages[-1]["parts"][0]["text"] if messages[-1]["parts"] else ""
    shown = "".join(text for _, text in stream.texts)
    assert shown.startswith(kept[: len(shown)]), "the text that was kept is not the one that was shown"
    return [
        Figure("streamed text kept after kill -9", 100 * min(1.0, len(kept) / len(shown)), "%", 85, better="more"),
        Figure("how far it is behind", (killed - int(kept.split()[-1])) / 1e6 if kept else float("inf"), "ms", 260),
    ]
