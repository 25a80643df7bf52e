"""Notices when a model goes in circles: the same calls again and again, alone or as a cycle of several.

Used before a call runs; the user is asked once it has been made too often. Pure. What is no repetition for
us: the same tool with other arguments, and calls with anything else between them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from sessiond_protocol.messages import Message, ToolPart

Call = TypeVar("Call")

OFTEN_ENOUGH = 3
"""So often the same calls may be made in a row; the next time the user is asked (decision 0094)."""
LONGEST_CYCLE = 10
"""Calls in one round of a cycle that is still noticed."""


def going_in_circles(messages: Sequence[Message], part_id: str) -> bool:
    """Whether the call of this part, which may not have run yet, repeats what the turn has done often enough."""
    return repetitions(calls_until(messages, part_id)) > OFTEN_ENOUGH


def calls_until(messages: Sequence[Message], part_id: str) -> list[tuple[str, Any]]:
    """The last calls since the user's last message, up to that of the part: tool and arguments, in their order."""
    newest_first = islice(_calls_before(messages, part_id), LONGEST_CYCLE * (OFTEN_ENOUGH + 1))
    return list(newest_first)[::-1]


def repetitions(calls: Sequence[Call], longest_cycle: int = LONGEST_CYCLE) -> int:
    """How often the last calls were made in a row: `A B A B` is 2, a call that is new is 1."""
    rounds = (_rounds(calls, length) for length in range(1, min(longest_cycle, len(calls)) + 1))
    return max(rounds, default=0)


def _rounds(calls: Sequence[Call], length: int) -> int:
    """How many rounds of a cycle of this length stand at the end."""
    same = 0
    while same + length < len(calls) and calls[-1 - same] == calls[-1 - same - length]:
        same += 1
    return (same + length) // length


def _calls_before(messages: Sequence[Message], part_id: str) -> Iterator[tuple[str, Any]]:
    found = False
    for message in reversed(messages):
        if message.role == "user":
            return
        for part in reversed(message.parts):
            found = found or part.id == part_id
            if found and isinstance(part, ToolPart):
                yield part.name, part.state.input
