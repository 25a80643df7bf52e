"""One change of a file at a time, whoever makes it: calls of one step, two sessions, parent and child."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from weakref import WeakValueDictionary

_locks: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()
"""Of files being changed; a lock is there as long as somebody holds it or waits for it."""


@asynccontextmanager
async def locked(paths: Iterable[Path]) -> AsyncGenerator[None]:
    """Holds the locks of all these (resolved) paths, taken in one order: no two changes wait for each other."""
    async with AsyncExitStack() as held:
        for path in sorted(set(paths)):
            lock = _locks.get(path)
            if lock is None:
                lock = _locks[path] = asyncio.Lock()
            await held.enter_async_context(lock)
        yield
