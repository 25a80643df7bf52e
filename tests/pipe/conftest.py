"""Places, editors with their pipes, and engines that are played."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from support.pipe.editor import Editor, an_editor
from support.pipe.place import Place, a_place
from support.pipe.played_engine import PlayedEngine


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as place:
        yield place


@pytest.fixture
async def played(place: Place) -> AsyncIterator[PlayedEngine]:
    async with PlayedEngine(place) as engine:
        yield engine


@asynccontextmanager
async def editors(place: Place) -> AsyncIterator[Callable[..., Awaitable[Editor]]]:
    """What starts an editor with its pipe; they end here at the latest."""
    started: list[Editor] = []

    async def begin(*arguments: Any, **environment: Any) -> Editor:
        started.append(await an_editor(place, *arguments, **environment))
        return started[-1]

    try:
        yield begin
    finally:
        for editor in started:
            await editor.end()


@pytest.fixture
async def start(place: Place, played: PlayedEngine) -> AsyncIterator[Callable[..., Awaitable[Editor]]]:
    """Starts an editor while an engine is played; no pipe outlives that."""
    async with editors(place) as begin:
        yield begin


@pytest.fixture
async def start_alone(place: Place) -> AsyncIterator[Callable[..., Awaitable[Editor]]]:
    """Starts an editor where no engine runs."""
    async with editors(place) as begin:
        yield begin
