"""Makes planned changes true, in editors and on the disk: all or none. Called by `files.py`, under its locks."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from sessiond.tools.editor import Editor, StaleDocument
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.planning import Planned
from sessiond.tools.files.replacing import Content, Replacement


async def write(plans: Sequence[Planned], editor: Editor) -> list[bool]:
    """Whether the disk has each of them now. Raises ToolFailed, StaleDocument; then nothing has changed.

    Editors come first: they may refuse, what is prepared on the disk hardly can.
    """
    on_disk = [plan for plan in plans if not plan.by_editor and plan.content_before != plan.content]
    replacement = Replacement(
        [Content(plan.path, plan.content_before, plan.content, plan.moved_from) for plan in on_disk]
    )
    tried: list[Planned] = []
    saved: list[bool] = []
    try:
        await _uncut(lambda: _telling(replacement, replacement.prepare, plans))
        for plan in plans:
            if plan.by_editor:
                tried.append(plan)
            saved.append(await _by_editor(plan, editor) if plan.by_editor else True)
        await _uncut(lambda: _telling(replacement, replacement.commit, plans))
    except BaseException:
        if not replacement.committed:
            await _bring_back(tried, editor)
        raise
    finally:
        await _uncut(replacement.discard)
    return saved


async def _by_editor(plan: Planned, editor: Editor) -> bool:
    assert plan.opened is not None and plan.raw is not None
    return await editor.replace(plan.path, plan.opened, plan.raw)


async def _bring_back(tried: Sequence[Planned], editor: Editor) -> None:
    """The old text in editors that show the new one. What a user has typed since then stays."""
    for plan in tried:
        now = await editor.open_file(plan.path)
        if now is not None and plan.opened is not None and now.text == plan.raw:
            with suppress(StaleDocument, ToolFailed):
                await editor.replace(plan.path, now, plan.opened.text)


def _telling(replacement: Replacement, step: Callable[[], None], plans: Sequence[Planned]) -> None:
    """Does a step of it. Raises ToolFailed, with the file it failed at."""
    try:
        step()
    except OSError as error:
        titles = {plan.path: plan.title for plan in plans}
        title = titles[replacement.at] if replacement.at else "The change"
        lost = ", ".join(titles[path] for path in replacement.lost)
        outcome = f"{lost} could not be brought back to what it was" if lost else "Nothing was changed"
        raise ToolFailed(f"{title} cannot be written: {error.strerror or error}. {outcome}.") from None


async def _uncut(step: Callable[[], None]) -> None:
    """Runs it in a thread, to its end even when cancelled; the cancellation is raised after that."""
    running = asyncio.ensure_future(asyncio.to_thread(step))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        while not running.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([running])
        if not running.cancelled():
            running.exception()  # was seen: the cancellation counts
        raise
