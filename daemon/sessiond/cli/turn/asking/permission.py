"""Puts a permission question to the person at the terminal: yes, always, or no, with a reason if they like.

Used by `asker.py`.
"""

from typing import Literal, NamedTuple

from sessiond.cli.turn.asking.person import Left, Person
from sessiond.cli.turn.terminal import LONGEST_DIFF
from sessiond_protocol.asking.subject import command_beside_title, patterns_beside_title
from sessiond_protocol.messages import PermissionRequest


class Reply(NamedTuple):
    decision: Literal["allowOnce", "allowAlways", "rejectOnce"]
    feedback: str | None = None


async def decide(request: PermissionRequest, person: Person) -> Reply:
    person.say(question(request))
    while True:
        try:
            typed = await person.line()
        except Left:
            return Reply("rejectOnce")
        if reply := understood(typed, always=bool(request.always)):
            return reply


def question(request: PermissionRequest) -> str:
    """What is asked, why, and what can be answered; several lines."""
    command = command_beside_title(request)
    lines = ["May it run this?" if command and request.permission == "bash" else f"May it? {request.title}"]
    lines += [f"  │ {line}" for line in command.split("\n")] if command else []
    lines += [f"  {pattern}" for pattern in patterns_beside_title(request)]
    if request.reason:
        lines.append(f"  {request.reason}")
    if request.diff:
        lines += shortened(request.diff)
    choices = ["y = yes, this once"]
    if request.always:
        rules = ", ".join(f"{rule.permission} {rule.pattern}" for rule in request.always)
        choices.append(f"a = always: {rules}")
    choices.append("n = no; what you write behind it the model gets to read")
    return "\n".join((*lines, *choices))


def shortened(diff: str) -> list[str]:
    lines = diff.splitlines()
    more = [f"… {len(lines) - LONGEST_DIFF} more lines"] if len(lines) > LONGEST_DIFF else []
    return lines[:LONGEST_DIFF] + more


def understood(line: str, *, always: bool) -> Reply | None:
    """The reply that a typed line stands for; None for one that says nothing clear."""
    word, _, rest = line.strip().partition(" ")
    match word.lower().rstrip(",:"):
        case "y" | "yes":
            return Reply("allowOnce")
        case "a" | "always" if always:
            return Reply("allowAlways")
        case "n" | "no":
            return Reply("rejectOnce", rest.strip() or None)
        case _:
            return None
