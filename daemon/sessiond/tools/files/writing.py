"""Makes planned changes true, in editors and on the disk: all or none. Called by `files.py`, under its locks."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress

from sessiond.tools.editor import Editor, StaleDocument
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.planning import Planned
from sessiond.tools.files.replacing import Content, Replacement
from sessiond.uncancelled import uncancelled


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
        await uncancelled(asyncio.to_thread(lambda: _telling(replacement, replacement.prepare, plans)))
        for plan in plans:
            if plan.by_editor:
                tried.append(plan)
            saved.append(await _by_editor(plan, editor) if plan.by_editor else True)
        await uncancelled(asyncio.to_thread(lambda: _telling(replacement, replacement.commit, plans)))
    except BaseException:
        if not replacement.committed:
            await _bring_back(tried, editor)
        raise
    finally:
        await uncancelled(asyncio.to_thread(replacement.discard))
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
