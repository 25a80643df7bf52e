"""When a model goes in circles, and when it does not."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from sessiond.engine.calls.repetition import LONGEST_CYCLE, OFTEN_ENOUGH, going_in_circles, repetitions
from sessiond_protocol.messages import Message, Role, TextPart, ToolPart, ToolState

CASES = [
    json.loads(line) for line in (Path(__file__).parents[2] / "cases/loop_tool_calls.jsonl").read_text().splitlines()
]
NUMBERS = count()


def message(role: Role, *calls: tuple[str, Any]) -> Message:
    parts = [
        ToolPart(id=f"prt{next(NUMBERS)}", call_id="c", name=call[0], state=ToolState(status="pending", input=call[1]))
        for call in calls
    ]
    return Message(id="m", session_id="s", turn_id="t", role=role, parts=[*parts], created_at=1)


def asks(*messages: Message) -> list[bool]:
    """For each call in order, whether it repeats what has been done often enough."""
    calls = [part for each in messages for part in each.parts if isinstance(part, ToolPart)]
    return [going_in_circles(messages, part.id) for part in calls]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_of_other_products_is_a_loop_exactly_where_they_say_so(case: dict[str, Any]) -> None:
    calls = [(call["tool"], call["args"]) for call in case["calls"]]
    most = max(repetitions(calls[: end + 1]) for end in range(len(calls)))
    assert ("loop" if most >= case["threshold"] else "no_loop") == case["expect"]


@pytest.mark.parametrize(
    ("calls", "rounds"),
    [
        ("", 0),
        ("A", 1),
        ("AA", 2),
        ("AAB", 1),
        ("ABAB", 2),
        ("ABABA", 2),
        ("ABCABCABC", 3),
        ("AABAAB", 2),
        ("XAAAA", 4),
    ],
)
def test_repetitions_are_counted_at_the_end(calls: str, rounds: int) -> None:
    assert repetitions(calls) == rounds


def test_a_cycle_longer_than_the_longest_is_none() -> None:
    cycle = list(range(LONGEST_CYCLE + 1))
    assert repetitions(cycle * 9) == 1
    assert repetitions(cycle[:-1] * 9) == 9


def test_the_fourth_of_four_equal_calls_asks_in_one_step_and_in_four() -> None:
    calls = [("read", {"filePath": "a", "limit": n}) for n in (1, 1, 1, 1)]
    wanted = [False] * OFTEN_ENOUGH + [True]
    assert asks(message("user"), message("assistant", *calls)) == wanted
    assert asks(message("user"), *(message("assistant", call) for call in calls)) == wanted


def test_other_arguments_another_tool_or_a_new_prompt_begin_the_count_anew() -> None:
    def read() -> Message:
        return message("assistant", ("read", {"filePath": "a", "deep": {"x": 1, "y": [2]}}))

    prompt = Message(id="u", session_id="s", turn_id="t", role="user", parts=[TextPart(id="p", text="a")], created_at=1)
    between = [message("assistant", ("read", {"filePath": "b"})), message("assistant", ("list", {})), prompt]
    for other in between:
        assert asks(read(), read(), read(), other, read(), read(), read())[-1] is False
    assert asks(read(), read(), read(), read())[-1] is True
