"""A client that misses too much of what it watches is told so, and knows all again when it watches and lists anew."""

import asyncio
from pathlib import Path

from sessiond.server.outgoing.watched import MOST_ROW_BYTES
from sessiond_protocol.methods import CreateParams, UpdateParams
from support.engine import engine_with
from support.watching.window import Window

TITLE = "t" * 50_000
TOO_MANY = MOST_ROW_BYTES // len(TITLE) + 10


async def test_a_client_that_misses_too_much_watches_anew_and_knows_all(tmp_path: Path) -> None:
    async with engine_with(tmp_path, [{"text": "Hello."}]) as engine:
        window = Window(engine, tmp_path / "project")
        others = await window.sessions()
        await watch(window)
        window.reader.stall()
        made = [await others.create(CreateParams(title=f"{n} {TITLE}")) for n in range(TOO_MANY)]
        await window.caught_up()
        assert (window.known().resyncs, window.known().changes) == (1, [])

        for n in range(3):
            await others.update(UpdateParams(made[n].id, title=f"Not told of {n}"))
        await watch(window)
        await others.update(UpdateParams(made[3].id, title="Told of"))
        await window.caught_up()
        assert window.known().rows == await window.everything()
        await window.leave()


async def watch(window: Window) -> None:
    window.request("sessions/watch", {})
    window.request("session/list", {"limit": 500})
    await window.settle()
    await asyncio.sleep(0)
