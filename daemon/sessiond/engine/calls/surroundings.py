"""What of the conversation one tool call may use: the list of todos, a child session, a question, a look.

Fits `tools.base.Surroundings`; made by `tool_calls.py` for each call.
"""

from collections.abc import Callable
from pathlib import Path

from sessiond.engine.calls.inquiries import Unaskable, question_of
from sessiond.engine.calls.leave import Leave
from sessiond.engine.conversation import Conversation
from sessiond.engine.plan import TurnPlan
from sessiond.tools.base import Ask, Delegated, Inquiry
from sessiond_protocol.events import Notice, TodoChanged
from sessiond_protocol.messages import QuestionAnswer, Todo


class CallSurroundings:
    def __init__(
        self,
        conversation: Conversation,
        plan: TurnPlan,
        leave: Leave,
        progress: Callable[[str], None],
        *,
        message_id: str,
        part_id: str,
    ) -> None:
        """`message_id` and `part_id` are those of the call."""
        self._conversation = conversation
        self._plan = plan
        self._message_id = message_id
        self._part_id = part_id
        self._leave = leave
        self._progress = progress

    @property
    def todos(self) -> list[Todo]:
        return self._conversation.todos

    async def set_todos(self, todos: list[Todo]) -> None:
        await self._conversation.record(TodoChanged(todos=todos))

    async def delegate(self, title: str, prompt: str) -> Delegated:
        return await self._conversation.delegate(title, prompt, self._plan, self._progress)

    async def ask(self, ask: Ask) -> None:
        await self._leave.obtain([ask])

    async def inquire(self, inquiry: Inquiry) -> QuestionAnswer:
        try:
            question = question_of(inquiry, self._conversation.id, self._plan.turn_id, self._message_id, self._part_id)
        except Unaskable as reason:
            self._conversation.say(Notice(severity="warning", text=str(reason)))
            return QuestionAnswer(action="cancel")
        return await self._conversation.inquire(question)

    def may_read(self, path: Path) -> bool:
        return self._plan.judge.path("read", path).verdict == "allow"
