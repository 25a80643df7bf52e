"""Gets the leave that a tool call needs: from the rules, or from the user where they say `ask`.

Used by `tool_calls.py` before a call runs, and by the call itself for what only shows while it runs.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from sessiond.engine.conversation import Conversation, Refused
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.plan import TurnPlan
from sessiond.permission.judge import Judge, Judgement, together
from sessiond.tools.base import Ask
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.messages import PermissionRequest, ToolPart

LONGEST = 4000
"""Characters of one thing that a question is about."""
Preview = Callable[[], Awaitable[str | None]]


class Leave:
    """For one call. Whatever is asked of the user at once is one question."""

    def __init__(self, conversation: Conversation, plan: TurnPlan, message_id: str, part: ToolPart) -> None:
        self._conversation = conversation
        self._judge = plan.judge
        self._turn_id = plan.turn_id
        self._message_id = message_id
        self._part = part

    async def obtain(self, asks: Sequence[Ask], preview: Preview | None = None, *, command: str | None = None) -> None:
        """Returns once everything is allowed. Raises ToolFailed with the reason when something is not.

        `preview` gives the diff that a question shows, if there is one; `command` is what the call would run, where
        that is not asked about here.
        """
        if not asks:
            return
        judgements = await asyncio.to_thread(self._judgements, asks)  # follows links, parses commands
        judgement = together(judgements)
        if judgement.verdict == "deny":
            raise ToolFailed(denial(judgement))
        if judgement.verdict == "ask":
            title = next(ask.title for ask, each in zip(asks, judgements, strict=True) if each.verdict == "ask")
            diff = await preview() if preview else None
            await self._ask_user(title, judgement, asks, diff, command or command_of(asks))

    def _judgements(self, asks: Sequence[Ask]) -> list[Judgement]:
        return [judged(self._judge, ask) for ask in asks]

    async def _ask_user(
        self, title: str, judgement: Judgement, asks: Sequence[Ask], diff: str | None, command: str | None
    ) -> None:
        request = PermissionRequest(
            id=new_id("per"),
            session_id=self._conversation.id,
            turn_id=self._turn_id,
            message_id=self._message_id,
            part_id=self._part.id,
            tool=self._part.name,
            title=title,
            permission=judgement.permission,
            patterns=shown(judgement),
            reason=judgement.reason,
            diff=diff,
            command=command,
            always=list(judgement.always),
            created_at=now(),
        )
        try:
            await self._conversation.ask(request, lambda: together(self._judgements(asks)).verdict)
        except Refused as refusal:
            raise ToolFailed(str(refusal)) from None


def judged(judge: Judge, ask: Ask) -> Judgement:
    """What the rules say of one request for leave."""
    if ask.path is not None:
        return judge.path(ask.permission, ask.path)
    if ask.command is not None:
        return judge.command(ask.command, ask.cwd or "")
    return judge.text(ask.permission, ask.text or "", ask.offer)


def command_of(asks: Sequence[Ask]) -> str | None:
    """The whole command that a call would run, if it runs one."""
    return next((ask.command for ask in asks if ask.command is not None), None)


def shown(judgement: Judgement) -> list[str]:
    """What the call would touch. Long texts are cut where an answer saves other patterns: they stand in the call."""
    if not judgement.always:
        return list(judgement.patterns)
    return [pattern if len(pattern) <= LONGEST else f"{pattern[:LONGEST]}…" for pattern in judgement.patterns]


def denial(judgement: Judgement) -> str:
    """What the model reads when the rules forbid it."""
    rule = f" (rule: {judgement.rule})" if judgement.rule else ""
    return (
        f"The user's rules deny {judgement.permission} for {', '.join(judgement.patterns)}{rule}. "
        "Do not try it in another way; go on without it or say what you would need."
    )
