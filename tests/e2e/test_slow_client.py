"""Clients that stop reading: nobody waits for them, they cost no memory, and they get everything when they read on."""

import time

import pytest

from support.daemon import Daemon, Home

MEGABYTES = 5
STALLED_SECONDS = 60
MOST_GROWTH = 32 * 1024 * 1024
LONG_ANSWER = {"expect": "long", "text": "0123456789" * 50, "repeat": MEGABYTES * 2_000, "deltasPerSecond": 2_000}
"""10,000 deltas of 500 bytes, over five seconds at least."""


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_client_that_sleeps_for_a_minute_stops_nothing_and_costs_no_memory(home: Home) -> None:
    home.play(LONG_ANSWER, {"text": "Hello."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "Warm up.")
        turn = await daemon.chat(session_id, "A long answer, please.", respond="accepted")
        await daemon.until(lambda: daemon.state(session_id).open)
        before = most = daemon.memory()

        daemon.pause()
        awakes_at = time.monotonic() + STALLED_SECONDS
        while time.monotonic() < awakes_at:
            await daemon.lives(1.0)
            most = max(most, daemon.memory())
        daemon.resume()

        ended = await daemon.event(session_id, "turn.ended", seconds=60, turnId=turn["turnId"])
        assert ended["at"] < time.time() * 1000 - STALLED_SECONDS * 500, "the turn had to wait for its reader"
        text = daemon.state(session_id).conversation()[-1]["parts"][0]["text"]
        assert text == "0123456789" * (MEGABYTES * 100_000)
        assert most - before < MOST_GROWTH, f"grew by {(most - before) / 2**20:.1f} MiB"


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["shared"])  # an engine that is alone has no other client
async def test_a_client_that_stalls_does_not_slow_down_another_of_the_same_engine(home: Home) -> None:
    home.play(LONG_ANSWER, {"text": "Hello."})
    async with Daemon(home) as stalled, Daemon(home) as reading:
        session_id = await stalled.create()
        await reading.subscribe(session_id, after=0)
        await stalled.chat(session_id, "A long answer, please.", respond="accepted")
        await stalled.event(session_id, "part.delta")
        stalled.pause()

        await reading.event(session_id, "turn.ended", seconds=60)
        assert not stalled.state(session_id).heard("turn.ended")
        whole = reading.state(session_id).conversation()
        stalled.resume()
        await stalled.event(session_id, "turn.ended", seconds=60)

        assert stalled.state(session_id).conversation() == whole
        assert len(whole[-1]["parts"][0]["text"]) == MEGABYTES * 1_000_000


@pytest.mark.slow
async def test_a_client_that_missed_too_much_is_told_to_begin_anew_and_then_has_it_all(home: Home) -> None:
    four_megabytes = {"text": "0123456789" * 400, "repeat": 1000}
    home.play(four_megabytes | {"play": [{"reasoning": "Hm."}, four_megabytes] * 5})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "A lot, please.", respond="accepted")
        daemon.pause()
        await turn_to_end(home, daemon)
        daemon.resume()

        await daemon.until(lambda: daemon.resyncs)
        await daemon.subscribe(session_id)

        assert daemon.resyncs == [session_id]
        texts = [part["text"] for part in daemon.state(session_id).conversation()[-1]["parts"]]
        assert [len(text) for text in texts] == [4_000_000, *[3, 4_000_000] * 5]
        assert (await daemon.chat(session_id, "Again.", respond="accepted"))["sessionId"] == session_id
        await daemon.request("abort", {"sessionId": session_id})


async def turn_to_end(home: Home, daemon: Daemon) -> None:
    """Waits until the log has grown no more for two seconds: a client that does not read cannot ask."""
    size = -1
    while size != (size := sum(file.stat().st_size for file in home.data.rglob("*") if file.is_file())):
        await daemon.lives(2.0)
