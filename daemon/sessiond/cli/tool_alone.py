"""One tool without a conversation around it, for `sessiond tool`: the user's own act.

What the rules would ask about is allowed; what they deny stays denied.
"""

import asyncio
import json
from pathlib import Path
from typing import Any, cast

from sessiond.cli.client.reaching import engine_for
from sessiond.cli.turn.asking.asker import Asker
from sessiond.cli.turn.asking.person import say
from sessiond.cli.turn.drive import Wanted, run_turn
from sessiond.cli.turn.listener import Listener
from sessiond.config.errors import Failed
from sessiond.engine.calls.arguments import validated
from sessiond.engine.calls.leave import denial, judged
from sessiond.engine.tool_calls import asks_of, completed, failed, guarded
from sessiond.permission.judge import Judge
from sessiond.session.turns.planning import Workshop
from sessiond.tools.base import Ask, Delegated, Inquiry, Tool, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from sessiond_protocol.course.subscribing import OpenText
from sessiond_protocol.errors import RpcError
from sessiond_protocol.events import Event
from sessiond_protocol.messages import Message, QuestionAnswer, TextPart, Todo, ToolState


class ToolAlone:
    """One tool without a conversation around it. Fits `tools.base.Surroundings` itself."""

    def __init__(self, tool: Tool, directory: str, root: str, workshop: Workshop, judge: Judge) -> None:
        self.todos: list[Todo] = []
        self._tool = tool
        self._judge = judge
        self._workshop = workshop
        self._scope = ToolScope(
            cwd=directory,
            root=root,
            progress=lambda text, done, total: None,
            files=Files(must_have_read=False),
            outputs=workshop.outputs,
            environment=workshop.environment,
            surroundings=self,
        )

    async def run(self, text: str) -> ToolState:
        """One call with arguments as JSON. Never raises for what the arguments or the tool did wrong."""
        state = ToolState(status="running")
        try:
            arguments = validated(self._tool, json_object(text))
            for ask in asks_of(self._tool, arguments, self._scope.cwd, self._scope.root):
                await self.ask(ask)
            return completed(state, await guarded(self._tool, arguments, self._scope))
        except ToolFailed as failure:
            return failed(state, str(failure))

    async def ask(self, ask: Ask) -> None:
        judgement = await asyncio.to_thread(judged, self._judge, ask)
        if judgement.verdict == "deny":
            raise ToolFailed(denial(judgement))

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        return QuestionAnswer(action="cancel")

    def may_read(self, path: Path) -> bool:
        return self._judge.path("read", path).verdict != "deny"

    async def set_todos(self, todos: list[Todo]) -> None:
        self.todos = todos

    async def delegate(self, title: str, prompt: str) -> Delegated:
        """A session of its own, kept like any other, in which whatever asks is allowed."""
        wanted = Wanted(prompt, self._scope.cwd, session_id=None, newest=False, model=None)
        try:
            async with engine_for("sessiond tool", self._scope.cwd, prompts=True) as client:
                ended = await run_turn(client, wanted, Listener(Unseen()), Asker(allow_all=True), say)
        except (Failed, RpcError) as error:
            raise ToolFailed(f"The task could not be run in a session of its own: {error.message}") from None
        result = ended.result
        return Delegated(
            session_id=result.session_id,
            answer=last_text(result.message),
            stop_reason=result.stop_reason,
            failure=result.error.message if result.error else None,
            usage=result.usage,
            cost=result.cost,
        )


class Unseen:
    """Fits `cli.turn.listener.View` and shows nothing."""

    def event(self, event: Event | None, encoded: bytes) -> None:
        pass

    def resumed(self, open: OpenText) -> None:
        pass


def last_text(message: Message | None) -> str:
    texts = [part.text for part in message.parts if isinstance(part, TextPart)] if message else []
    return texts[-1] if texts else ""


def json_object(text: str) -> dict[str, Any]:
    """Raises ToolFailed for what is no JSON object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ToolFailed(f"The arguments are not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise ToolFailed("The arguments must be a JSON object.")
    return cast(dict[str, Any], value)
