"""Watch first, then list: whatever happens in between, what the client knows in the end is what a new list says."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sessiond.session.watching import watchers
from sessiond.storage.sqlite import SqliteStore
from support.engine import engine_with
from support.watching.window import BY_OTHERS, Window

SLOTS = st.integers(0, 3)
REQUESTS = ("create", "create child", "update", "archive", "fork", "get", "chat", "abort", "delete", "list", "children")
STEPS = st.lists(
    st.tuples(st.sampled_from((*REQUESTS, *BY_OTHERS)), SLOTS)
    | st.tuples(st.sampled_from(("stall", "read", "settle")), st.just(0))
    | st.tuples(st.just("loop"), st.integers(1, 40)),
    max_size=40,
)
BEFORE = st.lists(st.sampled_from(("create", "update", "archive", "delete")), max_size=4)
SLOW_READS = 12
"""Turns of the loop that pass between a read and whoever waits for it."""


_read = SqliteStore._read  # pyright: ignore[reportPrivateUsage] # all reads pass there


SOON = ("loop", 1)
A_WHILE = ("loop", 400)
READS_BEHIND_WAITING_ROWS = [
    ("stall", 0),
    A_WHILE,
    ("their update", 0),
    A_WHILE,
    ("list", 1),
    SOON,
    ("their update", 0),
]


@example(["create"], READS_BEHIND_WAITING_ROWS)
@settings(max_examples=60, deadline=None)
@given(BEFORE, STEPS)
def test_what_a_client_knows_in_the_end_is_what_a_new_list_says(
    before: list[str], steps: list[tuple[str, int]]
) -> None:
    with patch.object(watchers, "WINDOW_SECONDS", 0.001), patch.object(SqliteStore, "_read", slowly(_read)):
        known, fresh = asyncio.run(played(before, steps))
    assert known == fresh


def slowly(read: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def read_slowly(*args: Any) -> Any:
        found = await read(*args)
        for _ in range(SLOW_READS):
            await asyncio.sleep(0)
        return found

    return read_slowly


async def played(before: list[str], steps: list[tuple[str, int]]) -> tuple[dict[str, Any], dict[str, Any]]:
    with tempfile.TemporaryDirectory() as place:
        async with engine_with(Path(place), [{"text": "Hello.", "usage": {"input": 3, "output": 2}}]) as engine:
            window = Window(engine, Path(place) / "project")
            for slot, step in enumerate(before):
                window.do(step, slot)
                await window.settle()
            heard = len(window.reader.messages)
            window.request("sessions/watch", {})
            for archived in (False, True):
                window.request("session/list", {"limit": 500, "archived": archived})
            for step, slot in steps:
                await take(window, step, slot)
            await window.caught_up()
            del window.reader.messages[:heard]  # an answer to what was asked before the watch says nothing
            known, fresh = window.known(), await window.everything()
            await window.leave()
            assert known.resyncs == 0
            return known.rows, fresh


async def take(window: Window, step: str, slot: int) -> None:
    match step:
        case "stall":
            window.reader.stall()
        case "read":
            window.reader.read_on()
        case "settle":
            await window.settle()
        case "loop":
            for _ in range(slot):
                await asyncio.sleep(0)
        case _:
            window.do(step, slot)
