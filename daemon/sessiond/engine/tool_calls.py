"""Runs the tool calls of one step: validate, permit, run, settle.

Every call ends as `completed` or `failed`, and a failure is a value that the model reads. The
guard around a tool is here; nothing a tool does ends the turn.
"""

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import msgspec
from pydantic import BaseModel

from sessiond.engine.calls.arguments import validated
from sessiond.engine.calls.leave import Leave, command_of
from sessiond.engine.calls.repetition import going_in_circles
from sessiond.engine.calls.surroundings import CallSurroundings
from sessiond.engine.conversation import Conversation
from sessiond.engine.identifiers import now
from sessiond.engine.plan import TurnPlan
from sessiond.providers.base import ToolCall
from sessiond.storage.base import StorageFailed
from sessiond.tools.base import Ask, Previewing, Tool, ToolResult, ToolScope
from sessiond.tools.changes.watching import Watch, Watched
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from sessiond.tools.outputs import MAX_BYTES, MAX_LINES
from sessiond.tools.paths import printable, quoted
from sessiond.tools.shell.family import MARK
from sessiond.uncancelled import uncancelled
from sessiond_protocol.events import PartEnded, ToolChanged, ToolProgress
from sessiond_protocol.messages import ToolPart, ToolState

log = logging.getLogger(__name__)

NOTES = 4000
"""Bytes that a tool may say about its output beside it."""


class ToolRunner:
    """Runs calls of one assistant message."""

    def __init__(self, conversation: Conversation, plan: TurnPlan, message_id: str, tools: Sequence[Tool]) -> None:
        """`tools`: those that the model was told of."""
        self._conversation = conversation
        self._plan = plan
        self._tools = {tool.name: tool for tool in tools}
        self._message_id = message_id

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
        leave = Leave(self._conversation, self._plan, self._message_id, part)
        try:
            tool, arguments = self._validate(call)
            scope = self._scope(part, leave)
            asks = asks_of(tool, arguments, scope.cwd, scope.root)
            if going_in_circles(self._conversation.messages, part.id):
                title = f"Call {tool.name} again with the same arguments"
                again = Ask(permission="repeat", title=title, text=tool.name)
                await leave.obtain([again], command=command_of(asks))
            await leave.obtain(asks, partial(previewed, tool, arguments, scope))
            watch = await self._plan.changes.watch(asks, self._plan.root, self._plan.editor)
        except ToolFailed as failure:
            await self._settle(part, failed(state, str(failure)))
        else:
            await self._change(part, state)
            await self._run_watched(watch, part, state, self._limited(guarded(tool, arguments, scope)))

    async def _run_watched(
        self, watch: Watch, part: ToolPart, state: ToolState, running: Coroutine[Any, Any, ToolResult]
    ) -> None:
        """Runs the call to its outcome, which says what it has changed, whatever the outcome is."""
        try:
            result = await running
        except ToolFailed as failure:
            await self._settle(part, failed(with_changes(state, await watch.end()), str(failure)))
        except asyncio.CancelledError:
            await uncancelled(self._tell_changes(watch, part, state))
            raise
        else:
            await self._settle(part, completed(with_changes(state, await watch.end()), result))

    async def _tell_changes(self, watch: Watch, part: ToolPart, state: ToolState) -> None:
        """Of a call that was stopped; the end of the turn closes it."""
        changed = with_changes(state, await watch.end())
        if changed.metadata is not None:
            with suppress(StorageFailed):
                await self._change(part, changed)

    def _validate(self, call: ToolCall) -> tuple[Tool, BaseModel]:
        tool = self._tools.get(call.name)
        if tool is None:
            names = ", ".join(self._tools) or "none"
            raise ToolFailed(f"There is no tool named {quoted(call.name)}. The tools are: {names}.")
        if call.arguments is None:
            raise ToolFailed(f"The arguments of {call.name} are not a JSON object: {call.error}. Send the call again.")
        return tool, validated(tool, call.arguments)

    def _scope(self, part: ToolPart, leave: Leave) -> ToolScope:
        def progress(text: str | None, done: float | None = None, total: float | None = None) -> None:
            self._conversation.say(
                ToolProgress(message_id=self._message_id, part_id=part.id, text=text, done=done, total=total)
            )

        return ToolScope(
            cwd=self._conversation.directory,
            root=self._plan.root,
            progress=progress,
            files=Files(self._plan.editor, self._conversation.seen),
            outputs=self._plan.outputs,
            environment={**self._plan.environment, MARK: part.id},
            surroundings=CallSurroundings(
                self._conversation, self._plan, leave, progress, message_id=self._message_id, part_id=part.id
            ),
        )

    async def _limited(self, running: Coroutine[Any, Any, ToolResult]) -> ToolResult:
        """No output is longer than a model should get at once; all of it stands in a file then.

        Tools that keep to the limit themselves add a few lines about it, which are not cut again.
        """
        result = await running
        if len(result.output.encode()) <= MAX_BYTES + NOTES and result.output.count("\n") <= MAX_LINES + NOTES // 80:
            return result
        output, _ = await asyncio.to_thread(self._plan.outputs.limited, result.output)
        return msgspec.structs.replace(result, output=output)

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


def asks_of(tool: Tool, arguments: BaseModel, cwd: str, root: str) -> list[Ask]:
    """The leave a call needs. Raises ToolFailed, also for a defect of the tool itself."""
    try:
        return tool.asks(arguments, cwd, root)
    except ToolFailed:
        raise
    except Exception as error:
        raise broken(tool, error) from error


async def previewed(tool: Tool, arguments: BaseModel, scope: ToolScope) -> str | None:
    """What the call would change, for the user; nothing where the tool cannot say. The model does not see it."""
    if not isinstance(tool, Previewing):
        return None
    try:
        return await tool.preview(arguments, scope) or None
    except ToolFailed:
        return None  # what is wrong is told once the call runs: before, its text might show what needs leave
    except Exception as error:
        broken(tool, error)
        return None


async def guarded(tool: Tool, arguments: BaseModel, scope: ToolScope) -> ToolResult:
    """Runs a tool. Raises ToolFailed, also for a defect of the tool itself, which the log tells of."""
    try:
        return await tool.run(arguments, scope)
    except ToolFailed:
        raise
    except Exception as error:
        raise broken(tool, error) from error


def broken(tool: Tool, error: Exception) -> ToolFailed:
    """What the model reads of a defect of a tool; the log has the rest."""
    log.error("tool %s broke", tool.name, exc_info=error)
    return ToolFailed(f"The tool {tool.name} broke ({type(error).__name__}). This is a defect of it.")


def with_changes(state: ToolState, watched: Watched) -> ToolState:
    """The state with what the call has changed so far."""
    return msgspec.structs.replace(state, metadata=watched.metadata() or None)


def completed(running: ToolState, result: ToolResult) -> ToolState:
    return msgspec.structs.replace(
        running,
        status="completed",
        output=printable(result.output),
        title=None if result.title is None else printable(result.title),
        metadata={**(result.metadata or {}), **(running.metadata or {})} or None,
        attachments=list(result.attachments),
        ended_at=now(),
    )


def failed(running: ToolState, error: str) -> ToolState:
    return msgspec.structs.replace(running, status="failed", error=printable(error), ended_at=now())
