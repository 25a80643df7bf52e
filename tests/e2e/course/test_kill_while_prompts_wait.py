"""SIGKILL while prompts wait and steer: none that was accepted is lost, run twice, or run unasked."""

import os
import random
from collections import Counter

import pytest

from support.daemon import Daemon, Home
from support.daemon.client import Pending

LIVES = 8
LONGEST_LIFE = 0.5


async def one_life(home: Home, session_id: str, chance: random.Random) -> set[str]:
    """Prompts as fast as it can until it is killed; gives the ids of the prompts that were accepted."""
    async with Daemon(home, chance.choice(["headers", "lines"])) as daemon:
        await daemon.subscribe(session_id, after=0)
        held = await daemon.request("queue/list", {"sessionId": session_id})
        assert not held["queue"] or held["held"]
        if held["queue"] and chance.random() < 0.5:
            await daemon.request("queue/resume", {"sessionId": session_id})
        sent = [prompt(daemon, session_id, chance) for _ in range(chance.randrange(1, 9))]
        await daemon.lives(chance.uniform(0.0, LONGEST_LIFE))
        await daemon.kill()
        return {message_id for message_id, chat in sent if chat.answer.done() and not chat.answer.exception()}


def prompt(daemon: Daemon, session_id: str, chance: random.Random) -> tuple[str, Pending]:
    message_id = f"msg_{chance.randrange(2**64):x}"
    params = {"sessionId": session_id, "messageId": message_id, "respond": "accepted", "text": "Go on."}
    return message_id, daemon.send("session/chat", {**params, "whenBusy": chance.choice(["queue", "steer"])})


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_no_prompt_that_waits_is_lost_or_doubled_by_kills(home: Home) -> None:
    seed = int(os.environ.get("SESSIOND_TEST_SEED") or random.randrange(2**32))
    print(f"SESSIOND_TEST_SEED={seed}")
    chance = random.Random(seed)
    home.play({"text": "Some words. ", "repeat": 30, "deltasPerSecond": 300})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
    accepted: set[str] = set()
    for _ in range(LIVES):
        accepted |= await one_life(home, session_id, chance)
    assert len(accepted) > LIVES, "the kills came before anything had been accepted"
    home.play({"text": "Done."})
    async with Daemon(home) as daemon:
        await daemon.subscribe(session_id, after=0)
        state = daemon.state(session_id)
        await daemon.request("queue/resume", {"sessionId": session_id})
        await daemon.until(lambda: accepted <= state.messages.keys() or None)
        await daemon.until(lambda: state.session["turnId"] is None or None)
        added = Counter(event["message"]["id"] for event in state.events if event["type"] == "message.added")
        assert set(added.values()) == {1}
        assert (await daemon.request("queue/list", {"sessionId": session_id}))["queue"] == []
        ends = Counter(event["turnId"] for event in state.events if event["type"] == "turn.ended")
        assert ends == Counter(event["turnId"] for event in state.events if event["type"] == "turn.started")
