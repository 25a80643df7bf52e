"""What many sessions and long ones cost: memory, opening, listing."""

import asyncio
import time
from statistics import median

from bench.accounts import resident_mb
from bench.figures import Figure
from bench.filling import LONG_SESSION_MESSAGES, MANY_SESSIONS, fill
from bench.setting import Setting
from sessiond.app import Engine, create_engine
from sessiond_protocol.methods import ListParams, SubscribeParams

ROUNDS = 5


def memory_of_sessions(setting: Setting) -> list[Figure]:
    with setting.ready_engine("thousand") as engine:
        before = resident_mb(engine.engine_pid)
        for _ in range(1000):
            engine.call("session/create")
        each = (resident_mb(engine.engine_pid) - before) / 1000
    return [Figure("memory a session, 1,000 of them subscribed to", each, "MB", 0.1)]


def large_store(setting: Setting) -> list[Figure]:
    long_session = asyncio.run(fill(setting.place / "large", str(setting.project)))
    opening, listing = zip(*(asyncio.run(_in_engine(setting, long_session)) for _ in range(ROUNDS)), strict=True)
    wired = [_over_the_wire(setting, long_session) for _ in range(ROUNDS)]
    opening_wired, listing_wired = zip(*wired, strict=True)
    return [
        Figure(f"opening a session of {LONG_SESSION_MESSAGES:,} messages", median(opening), "ms", 50),
        Figure("the same as a client sees it", median(opening_wired), "ms"),
        Figure(f"listing the newest 50 of {MANY_SESSIONS:,}", median(listing), "ms", 50),
        Figure("the same as a client sees it", median(listing_wired), "ms"),
    ]


class Nobody:
    """A subscriber that does nothing."""

    name = "nobody"
    answers = True

    def durable(self, session_id: str, seq: int, event: bytes) -> None: ...

    def grown(self, session_id: str, part: object) -> None: ...

    def live(self, session_id: str, event: object) -> None: ...


async def _in_engine(setting: Setting, long_session: str) -> tuple[float, float]:
    engine = create_engine(setting.environment("large"), str(setting.project))
    try:
        return await _opening(engine, long_session), await _listing(engine)
    finally:
        await engine.close()


async def _opening(engine: Engine, long_session: str) -> float:
    sessions = await engine.sessions()
    began = time.monotonic()
    await sessions.subscribe(SubscribeParams(session_id=long_session), Nobody())
    return (time.monotonic() - began) * 1000


async def _listing(engine: Engine) -> float:
    sessions = await engine.sessions()
    began = time.monotonic()
    assert len((await sessions.list(ListParams(limit=50))).sessions) == 50
    return (time.monotonic() - began) * 1000


def _over_the_wire(setting: Setting, long_session: str) -> tuple[float, float]:
    with setting.engine("large") as engine:
        engine.initialize()
        engine.call("session/get", {"sessionId": long_session})  # the store is open from here on
        began = time.monotonic()
        engine.call("session/subscribe", {"sessionId": long_session})
        opened = time.monotonic()
        engine.call("session/list", {"limit": 50})
        return (opened - began) * 1000, (time.monotonic() - opened) * 1000
