"""A provider that plays model steps from a file: for tests, benchmarks and plugin authors.

Configured with `api = "scripted"`. It fits the contract of every other adapter, needs no network
and reads its script anew at each call, so that an edited script counts at once.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from itertools import repeat
from pathlib import Path

import msgspec

from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ModelRequest,
    ProviderError,
    ReasoningDelta,
    ReasoningSigned,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    ToolCallStarted,
    UsageReported,
)
from sessiond.providers.raw_stream import broke_off, went_silent
from sessiond.providers.scripted.script import (
    Action,
    ScriptedCall,
    ScriptedError,
    choose_step,
    counted,
    position,
    read_script,
    refusal,
)
from sessiond.providers.tool_arguments import parse_arguments

POLL = 0.01
"""Seconds between two looks at a file that a step waits for."""
BREATH = 64
"""Deltas after which others get a turn on the event loop, as between two reads of a socket."""


class Scripted:
    def __init__(self, id: str, script: Path) -> None:
        self.id = id
        self._script = script
        self._failures: Counter[tuple[str, int, str]] = Counter()
        self._chances: dict[int, random.Random] = {}

    async def warm(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def stream(self, request: ModelRequest) -> AsyncGenerator[ModelEvent]:
        """Plays the step of this request. Raises ProviderError, also for a script that is wrong."""
        step = choose_step(read_script(self._script), request)
        if refused := refusal(step, request):
            raise refused
        calls: list[ToolCall] = []
        for action in step.actions():
            if action.wait_for is not None:
                await self._wait_for(action.wait_for, request.idle_timeout)
            pace = _Pace(action.deltas_per_second)
            for event in _events(action, f"{position(request)}_{len(calls)}", calls):
                await pace.beat()
                yield event
            await self._end_badly(action, request)
        for call in calls:
            yield call
        if step.usage is not None:
            yield UsageReported(step.usage)
        elif step.context is not None:
            yield UsageReported(counted(step, request))
        yield Finished(step.finish or ("toolCalls" if calls else "stop"))

    async def _wait_for(self, name: str, patience: float) -> None:
        """Waits until the file exists; its path is relative to the script."""
        path = self._script.parent / name
        try:
            async with asyncio.timeout(patience):
                while not path.exists():
                    await asyncio.sleep(POLL)
        except TimeoutError:
            raise went_silent(patience) from None

    async def _end_badly(self, action: Action, request: ModelRequest) -> None:
        """Fails, hangs or breaks off where the action says so."""
        if action.error is not None and self._is_due(action.error, request):
            raise _failure(action.error)
        if action.hang:
            await asyncio.sleep(request.idle_timeout)
            raise went_silent(request.idle_timeout)
        if action.cut:
            raise broke_off()

    def _is_due(self, error: ScriptedError, request: ModelRequest) -> bool:
        """Counts the failures of one request, so that `times` of them can be followed by success."""
        if error.chance is not None:
            return self._chances.setdefault(error.seed, random.Random(error.seed)).random() < error.chance
        session = request.messages[-1].session_id if request.messages else ""
        key = (session, position(request), error.kind)
        self._failures[key] += 1
        return error.times is None or self._failures[key] <= error.times


class _Pace:
    """Beats at a rate; late beats are made up for. Without a rate it only lets others breathe."""

    def __init__(self, per_second: float | None) -> None:
        self._per_second = per_second
        self._start = asyncio.get_running_loop().time()
        self._beats = 0

    async def beat(self) -> None:
        if self._per_second is not None:
            due = self._start + self._beats / self._per_second
            await asyncio.sleep(max(0.0, due - asyncio.get_running_loop().time()))
        elif self._beats % BREATH == 0:
            await asyncio.sleep(0)
        self._beats += 1


def _events(action: Action, number: str, calls: list[ToolCall]) -> Iterator[ModelEvent]:
    """What the action streams; its calls are added to `calls`, to be sent once the response has ended."""
    if action.reasoning is not None:
        yield from repeat(ReasoningDelta(action.reasoning), action.repeat)
    if action.signature is not None:
        yield ReasoningSigned(action.signature)
    if action.text is not None:
        yield from repeat(TextDelta(action.text), action.repeat)
    for index, scripted in enumerate(action.tool_calls):
        call = _call(scripted, f"call_{number}_{index}")
        calls.append(call)
        yield ToolCallStarted(call.key, call.name)
        yield ToolCallDelta(call.key, call.text)


def _call(scripted: ScriptedCall, default_id: str) -> ToolCall:
    text = scripted.arguments_text
    if text is None:
        text = msgspec.json.encode(scripted.arguments).decode()
    arguments, error = parse_arguments(text)
    call_id = scripted.id or default_id
    return ToolCall(call_id, call_id, scripted.name, arguments, text, error)


def _failure(error: ScriptedError) -> ProviderError:
    return ProviderError(
        error.kind,
        error.message or f"The script says so: {error.kind}.",
        retryable=error.retryable,
        retry_after=None if error.retry_after_ms is None else error.retry_after_ms / 1000,
    )
