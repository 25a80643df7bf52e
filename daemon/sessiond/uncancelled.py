"""Work that is finished even when the task that waits for it is cancelled.

For commits, the end of a turn, the end of processes: half of any would leave behind what nobody knows of. Called by
every room that starts such work; knows none of them.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def uncancelled(work: Coroutine[Any, Any, Result] | asyncio.Future[Result]) -> Result:
    """Runs the work to its end; a cancellation that came meanwhile is raised after it."""
    task = asyncio.ensure_future(work)
    cancellation: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as cancelled:
            cancellation = cancelled
    if cancellation is not None:
        task.exception()
        raise cancellation
    return task.result()
