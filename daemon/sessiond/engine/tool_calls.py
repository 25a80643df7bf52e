"""Runs the tool calls of one step: validate, permit, run, settle.

Every call ends as `completed` or `failed`, and a failure is a value that the model reads. The
guard around a tool is here; nothing a tool does ends the turn.
"""

import asyncio
import logging
from collections.abc import Sequence

import msgspec
from pydantic import BaseModel, ValidationError

from sessiond.engine.conversation import Conversation, Refused
from sessiond.engine.identifiers import new_id, now
from sessiond.engine.plan import TurnPlan
from sessiond.providers.base import ToolCall
from sessiond.tools.base import Ask, Tool, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable
from sessiond_protocol.events import PartEnded, ToolChanged, ToolProgress
from sessiond_protocol.messages import PermissionRequest, ToolPart, ToolState

log = logging.getLogger(__name__)


class CallFailed(Exception):
    """A call cannot be run or has failed; the text is what the model reads."""


class ToolRunner:
    """Runs calls of one assistant message."""

    def __init__(self, conversation: Conversation, plan: TurnPlan, message_id: str) -> None:
        self._conversation = conversation
        self._tools = {tool.name: tool for tool in plan.tools}
        self._rulebook = plan.rulebook
        self._turn_id = plan.turn_id
        self._message_id = message_id
        self._root = plan.root

    async def run_all(self, calls: Sequence[tuple[ToolPart, ToolCall]]) -> None:
        """Runs all calls and returns when each has settled; neighbours that may, run at once."""
        for batch in self._batches(calls):
            async with asyncio.TaskGroup() as group:
                for part, call in batch:
                    group.create_task(self._run(part, call))

    def _batches(self, calls: Sequence[tuple[ToolPart, ToolCall]]) -> list[list[tuple[ToolPart, ToolCall]]]:
        batches: list[list[tuple[ToolPart, ToolCall]]] = []
        may_join = False
        for part, call in calls:
            tool = self._tools.get(call.name)
            concurrent = tool is None or tool.concurrent
            if may_join and concurrent:
                batches[-1].append((part, call))
            else:
                batches.append([(part, call)])
            may_join = concurrent
        return batches

    async def _run(self, part: ToolPart, call: ToolCall) -> None:
        state = ToolState(status="running", input=part.state.input, started_at=now())
        try:
            tool, arguments = self._validate(call)
            await self._permit(part, tool, arguments)
            await self._change(part, state)
            result = await self._execute(part, tool, arguments)
        except (CallFailed, ToolFailed) as failure:
            await self._settle(part, failed(state, str(failure)))
        else:
            await self._settle(part, completed(state, result))

    def _validate(self, call: ToolCall) -> tuple[Tool, BaseModel]:
        tool = self._tools.get(call.name)
        if tool is None:
            names = ", ".join(self._tools) or "none"
            raise CallFailed(f"There is no tool named {call.name!r}. The tools are: {names}.")
        if call.arguments is None:
            raise CallFailed(f"The arguments of {call.name} are not a JSON object: {call.error}. Send the call again.")
        try:
            return tool, tool.parameters.model_validate(call.arguments)
        except ValidationError as error:
            raise CallFailed(explained(call.name, error)) from None

    async def _permit(self, part: ToolPart, tool: Tool, arguments: BaseModel) -> None:
        for ask in tool.asks(arguments, self._conversation.directory, self._root):
            match self._rulebook.verdict(self._root, ask.permission, ask.patterns):
                case "allow":
                    continue
                case "deny":
                    raise CallFailed(f"The user's rules deny {ask.permission} for {', '.join(ask.patterns)}.")
                case "ask":
                    await self._ask_user(part, ask)

    async def _ask_user(self, part: ToolPart, ask: Ask) -> None:
        request = PermissionRequest(
            id=new_id("per"),
            session_id=self._conversation.id,
            turn_id=self._turn_id,
            message_id=self._message_id,
            part_id=part.id,
            tool=part.name,
            title=ask.title,
            permission=ask.permission,
            patterns=list(ask.patterns),
            always=list(ask.always),
            created_at=now(),
        )
        try:
            await self._conversation.ask(request)
        except Refused as refusal:
            raise CallFailed(str(refusal)) from None

    async def _execute(self, part: ToolPart, tool: Tool, arguments: BaseModel) -> ToolResult:
        def progress(text: str | None, done: float | None, total: float | None) -> None:
            self._conversation.say(
                ToolProgress(message_id=self._message_id, part_id=part.id, text=text, done=done, total=total)
            )

        scope = ToolScope(cwd=self._conversation.directory, root=self._root, progress=progress)
        try:
            return await tool.run(arguments, scope)
        except ToolFailed:
            raise
        except Exception as error:
            log.exception("tool %s failed", part.name)
            raise CallFailed(f"The tool {part.name} broke ({type(error).__name__}). This is a defect of it.") from error

    async def _change(self, part: ToolPart, state: ToolState) -> None:
        await self._conversation.record(ToolChanged(message_id=self._message_id, part_id=part.id, state=state))

    async def _settle(self, part: ToolPart, state: ToolState) -> None:
        await self._conversation.record(
            ToolChanged(message_id=self._message_id, part_id=part.id, state=state),
            PartEnded(
                message_id=self._message_id,
                part=ToolPart(id=part.id, call_id=part.call_id, name=part.name, state=state),
            ),
            sync=True,
        )


def completed(running: ToolState, result: ToolResult) -> ToolState:
    return msgspec.structs.replace(
        running,
        status="completed",
        output=printable(result.output),
        title=None if result.title is None else printable(result.title),
        metadata=result.metadata,
        ended_at=now(),
    )


def failed(running: ToolState, error: str) -> ToolState:
    return msgspec.structs.replace(running, status="failed", error=printable(error), ended_at=now())


def explained(tool: str, error: ValidationError) -> str:
    """What is wrong with each argument, in words a model can act on."""
    lines = [
        f"- {'.'.join(str(step) for step in item['loc']) or 'arguments'}: {item['msg']}" for item in error.errors()
    ]
    return f"The arguments of {tool} are not valid:\n" + "\n".join(lines) + "\nSend the call again with these mended."
