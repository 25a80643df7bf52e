"""A client that leaves and comes back, at any point of a running turn, ends with the state of one that stayed."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.daemon import Daemon, Home, SessionState
from support.daemon.framing import Framing

STEPS: list[dict[str, Any]] = [
    {
        "reasoning": "Let me see. ",
        "repeat": 30,
        "play": [
            {"text": "I réad it. ", "repeat": 30},
            {"toolCalls": [{"name": "read", "arguments": {"filePath": "a.txt"}}]},
        ],
    },
    {"text": "It says: ä. ", "repeat": 100, "deltasPerSecond": 2000, "usage": {"input": 7, "output": 5}},
]
BEYOND = 1000
RETURNS = st.lists(
    st.tuples(
        st.integers(0, 12),  # how many events the client hears before it leaves
        st.integers(0, 25),  # after which of them it says that it was; often one that is not there yet
        st.booleans(),  # whether it says `session/unsubscribe` before
    ),
    min_size=1,
    max_size=5,
)


async def leave_and_return(daemon: Daemon, session_id: str, known: dict[int, bytes], after: int) -> int:
    """Subscribes as a client that had folded the events up to `after`, or says so and has folded none.

    It cannot have seen events that nobody has been sent; from such an `after` on it may get a snapshot only.
    Gives the `seq` that is coming to it.
    """
    seen = all(seq in known for seq in range(1, after + 1))
    before = SessionState.of_events(known[seq] for seq in range(1, after + 1)) if seen else SessionState()
    subscription = await daemon.subscribe(session_id, after if seen else BEYOND + after, before)
    assert subscription["mode"] == ("replay" if seen else "snapshot")
    return subscription["seq"]


async def conversation_with_returns(daemon: Daemon, returns: list[tuple[int, int, bool]]) -> None:
    session_id = await daemon.create()
    known: dict[int, bytes] = {}
    promised = 0
    chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Read a.txt."})
    for hearing, after, says_so in returns:
        state = daemon.state(session_id)
        goal = len(state.events) + hearing
        await daemon.until(lambda state=state, goal=goal: chat.answer.done() or len(state.events) >= goal)
        known |= state.stored
        if says_so:
            await daemon.request("session/unsubscribe", {"sessionId": session_id})
            known |= daemon.state(session_id).stored
        promised = await leave_and_return(daemon, session_id, known, after)
    await chat.result()
    await daemon.until(lambda: daemon.state(session_id).seq >= promised)
    await assert_same_as_one_that_stayed(daemon, session_id)


async def assert_same_as_one_that_stayed(daemon: Daemon, session_id: str) -> None:
    returned, stayed = daemon.state(session_id), SessionState()
    await daemon.subscribe(session_id, 0, stayed)
    await daemon.until(lambda: stayed.seq >= returned.seq)
    assert (returned.conversation(), returned.seq, returned.open, returned.permissions) == (
        stayed.conversation(),
        stayed.seq,
        {},
        {},
    )
    assert returned.conversation() == await daemon.messages(session_id)


@pytest.mark.parametrize("framing", ["headers", "lines"])
def test_a_client_that_comes_back_anywhere_ends_with_the_state_of_one_that_stayed(home: Home, framing: Framing) -> None:
    (home.project / "a.txt").write_text("ä\n")
    home.play(*STEPS)

    with asyncio.Runner() as runner:
        daemon = Daemon(home, framing)
        runner.run(daemon.start())

        @settings(
            max_examples=60,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            derandomize=False,
            database=None,
        )
        @given(RETURNS)
        def holds(returns: list[tuple[int, int, bool]]) -> None:
            runner.run(conversation_with_returns(daemon, returns))

        holds()
        runner.run(daemon.close())


async def test_a_snapshot_carries_the_text_so_far_and_deltas_go_on_from_there(home: Home) -> None:
    home.play({"text": "One. ", "repeat": 3, "play": [{"waitFor": "go-on"}, {"text": "Two."}]})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Count."})
        await daemon.until(lambda: "One. One. One. " in daemon.state(session_id).open.values())

        snapshot = await daemon.subscribe(session_id)
        (home.place / "go-on").touch()
        await chat.result()

        assert (snapshot["mode"], [text["text"] for text in snapshot["open"]]) == ("snapshot", ["One. One. One. "])
        assert daemon.state(session_id).conversation() == await daemon.messages(session_id)
        assert daemon.state(session_id).conversation()[-1]["parts"][0]["text"] == "One. One. One. Two."


async def test_a_replay_after_a_restart_is_what_was_heard_before(home: Home) -> None:
    (home.project / "a.txt").write_text("ä\n")
    home.play(*STEPS)
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id)
        heard = daemon.state(session_id).stored
    async with Daemon(home, "lines") as daemon:
        await daemon.subscribe(session_id, after=0)
        await daemon.until(lambda: daemon.state(session_id).seq >= len(heard))

        assert daemon.state(session_id).stored == heard
