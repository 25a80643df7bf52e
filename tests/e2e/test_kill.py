"""SIGKILL at random points of streaming turns: nothing that a client was told is lost, and it all goes on."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from support.daemon import Daemon, Home, SessionState
from support.daemon.client import Pending

LIVES = 52
DEATHS_IN_RECOVERY = 8
"""Further kills, in the middle of closing what the kill before has left."""
SESSIONS = 3
"""Conversations that go on at once, so that a kill meets several turns in several places."""
LONGEST_LIFE = 0.7
"""Seconds of streaming before a kill, at most."""
BEHIND_MS = 250
LOAD_MS = 250
"""What a machine that does other things as well may add before a write is made."""

STEPS: list[dict[str, Any]] = [
    {
        "reasoning": "I think about it. ",
        "repeat": 20,
        "deltasPerSecond": 200,
        "play": [
            {"text": "Some wörds. ", "repeat": 40, "deltasPerSecond": 300},
            {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
        ],
    },
    {"text": "The file says something. ", "repeat": 60, "deltasPerSecond": 200, "usage": {"input": 9, "output": 9}},
    {"text": "0123456789 ", "repeat": 3000, "deltasPerSecond": 3000},
]


class Witness:
    """All that clients have been told, over all lives; the engine must never take any of it back."""

    def __init__(self) -> None:
        self.stored: dict[str, dict[int, bytes]] = {}
        self.prompts: dict[str, set[str]] = {}
        """By session, the prompts whose acceptance was answered."""
        self.texts: dict[str, tuple[str, str]] = {}
        """By part that was open at a kill: the text that must be kept, and all that was shown."""

    def remember(self, daemon: Daemon, chats: dict[str, tuple[str, Pending]], killed_at: float) -> None:
        for session_id, state in daemon.sessions.items():
            self.stored[session_id] = self.stored.get(session_id, {}) | state.stored
            for part_id, shown in state.open.items():
                self.texts[part_id] = (text_until(state, part_id, killed_at - BEHIND_MS - LOAD_MS), shown)
        for session_id, (message_id, chat) in chats.items():
            if chat.answer.done() and not chat.answer.exception():
                self.prompts.setdefault(session_id, set()).add(message_id)

    async def check(self, daemon: Daemon, session_id: str) -> None:
        """Subscribes from the first event on; the fold itself asserts that no `seq` is missing."""
        subscription = await daemon.subscribe(session_id, after=0)
        state = daemon.state(session_id)
        await daemon.until(lambda: state.seq >= subscription["seq"])
        told = self.stored.get(session_id, {})
        assert {seq: state.stored.get(seq) for seq in told} == told
        assert self.prompts.get(session_id, set()) <= state.messages.keys()
        assert turns(state, "turn.ended") == turns(state, "turn.started")
        assert (subscription["open"], state.open) == ([], {})
        assert await daemon.messages(session_id) == state.conversation()
        for part in texts_of(state):
            must, shown = self.texts.get(part["id"], ("", ""))
            kept: str = part["text"]
            assert kept.startswith(must), f"{part['id']} lost {len(must) - len(kept)} characters"
            assert kept.startswith(shown) or shown.startswith(kept), f"{part['id']} says something else than was shown"


def turns(state: SessionState, kind: str) -> Counter[str]:
    return Counter(event["turnId"] for event in state.events if event["type"] == kind)


def texts_of(state: SessionState) -> Iterator[dict[str, Any]]:
    return (part for message in state.messages.values() for part in message["parts"] if "text" in part)


def text_until(state: SessionState, part_id: str, moment: float) -> str:
    """The text of a part that the client had been sent before a moment, in ms since the epoch."""
    deltas = (event for event in state.events if event["type"] == "part.delta" and event["partId"] == part_id)
    return "".join(event["text"] for event in deltas if event["at"] <= moment and event["field"] == "text")


async def one_life(home: Home, sessions: list[str], witness: Witness, chance: random.Random) -> None:
    """Starts, finds all that earlier lives have told, prompts in every session, streams a while, is killed."""
    async with Daemon(home, chance.choice(["headers", "lines"])) as daemon:
        for session_id in sessions:
            await witness.check(daemon, session_id)
        while len(sessions) < SESSIONS:
            sessions.append(await daemon.create())
        chats = {session_id: prompt(daemon, session_id, chance) for session_id in sessions}
        await daemon.lives(chance.uniform(0.0, LONGEST_LIFE))
        killed_at = time.time() * 1000
        await daemon.kill()
        witness.remember(daemon, chats, killed_at)


def prompt(daemon: Daemon, session_id: str, chance: random.Random) -> tuple[str, Pending]:
    message_id = f"msg_{chance.randrange(2**64):x}"
    respond = chance.choice(["accepted", "ended"])
    params = {"sessionId": session_id, "messageId": message_id, "respond": respond, "text": f"Go on, {message_id}."}
    return message_id, daemon.send("session/chat", params)


async def dies_while_it_recovers(home: Home, chance: random.Random) -> None:
    async with Daemon(home) as daemon:
        daemon.send("session/list")
        await daemon.lives(chance.uniform(0.0, 0.4))
        await daemon.kill()


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_that_was_told_is_lost_by_sixty_kills(home: Home) -> None:
    seed = int(os.environ.get("SESSIOND_TEST_SEED") or random.randrange(2**32))
    print(f"SESSIOND_TEST_SEED={seed}")
    chance, witness = random.Random(seed), Witness()
    (home.project / "notes.txt").write_text("Something.\n")
    home.play(*STEPS)
    sessions: list[str] = []

    for life in range(LIVES):
        await one_life(home, sessions, witness, chance)
        if life % (LIVES // DEATHS_IN_RECOVERY) == 0:
            await dies_while_it_recovers(home, chance)

    home.play({"text": "I am well."})
    async with Daemon(home) as daemon:
        for session_id in sessions:
            await witness.check(daemon, session_id)
            result = await daemon.chat(session_id, "How are you?")
            assert (result["stopReason"], result["message"]["parts"][0]["text"]) == ("endTurn", "I am well.")
    assert [file for file in home.data.glob("drafts/**/*") if file.is_file()] == []
    assert sum(map(len, witness.prompts.values())) > LIVES, "the kills came before anything had been accepted"
    assert any(must for must, _ in witness.texts.values()), "no kill met an open answer"
