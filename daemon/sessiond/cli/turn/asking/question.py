"""Puts what a tool or an MCP server wants to know to the person at the terminal: whether at all, then field by field.

Used by `asker.py`. Whatever the server says stands behind a bar, so that it is not mistaken for words of ours.
"""

from typing import Any, Protocol

from sessiond.cli.turn.asking.fields import Unclear, asked_for, value_of
from sessiond.cli.turn.asking.person import Left
from sessiond.session.answering.form import Field, fields_of
from sessiond.tools.web.urls import target
from sessiond_protocol.messages import QuestionAnswer, QuestionRequest

LONGEST_LINE = 200
MOST_LINES = 40


class Speaker(Protocol):
    """As much of a `Person` as is needed to ask."""

    def say(self, text: str) -> None: ...

    async def line(self) -> str:
        """Raises Left."""
        ...


async def answer(request: QuestionRequest, person: Speaker) -> QuestionAnswer:
    """What the person answers; `cancel` when they leave in the middle."""
    fields = fields_of(request.schema)
    person.say(introduction(request, len(fields)))
    try:
        if not await _agrees(person):
            return QuestionAnswer(action="decline")
        content = {field.name: await _value(field, person) for field in fields}
    except Left:
        return QuestionAnswer(action="cancel")
    return QuestionAnswer(action="accept", content=content or None)


def introduction(request: QuestionRequest, fields: int) -> str:
    """Who asks what, and what can be answered; several lines."""
    lines = [f"{request.source} asks, in words that nobody has checked:", *quoted(request.message)]
    if request.url is not None:
        lines += [f"It wants you to open an address at {target(request.url).host}", f"  {request.url}"]
    yes = f"answer ({fields} to fill in)" if fields else "yes" if request.url is None else "yes, I open it"
    return "\n".join((*lines, f"y = {yes}; n = no; Ctrl-D = no answer"))


def quoted(text: str) -> list[str]:
    """Lines of the server's, marked as such."""
    lines = [line[:LONGEST_LINE] + ("…" if len(line) > LONGEST_LINE else "") for line in text.splitlines()]
    more = [f"… {len(lines) - MOST_LINES} more lines"] if len(lines) > MOST_LINES else []
    return [f"  │ {line}" for line in (*lines[:MOST_LINES], *more)]


def in_one_line(request: QuestionRequest) -> str:
    text = " ".join(request.message.split())
    return f"{request.source} asks: {text[:LONGEST_LINE]}{'…' if len(text) > LONGEST_LINE else ''}"


async def _agrees(person: Speaker) -> bool:
    while True:
        match (await person.line()).strip().lower():
            case "y" | "yes":
                return True
            case "n" | "no":
                return False
            case _:
                pass


async def _value(field: Field, person: Speaker) -> Any:
    """None for a field that is left out."""
    person.say("\n".join((*quoted(field.label), *quoted(field.description or ""), *asked_for(field))))
    while True:
        try:
            return value_of(field, await person.line())
        except Unclear as unclear:
            person.say(str(unclear))
