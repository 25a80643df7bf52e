"""Files as one session sees them: unsaved text where an editor has it open, the disk otherwise.

Every tool that changes text goes through here, so that all keep the same promises: nothing unseen is
overwritten, all files change or none, and what is not changed keeps its bytes.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from sessiond.tools.editor import Editor, EditorsDiffer, NoEditor, StaleDocument
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Change, Edit
from sessiond.tools.files.locks import locked
from sessiond.tools.files.planning import Planned, planned
from sessiond.tools.files.seen import Seen
from sessiond.tools.files.writing import write
from sessiond.tools.paths import shown


class Files:
    def __init__(self, editor: Editor | None = None, seen: Seen | None = None, *, must_have_read: bool = True) -> None:
        """`must_have_read`: an existing file is changed only as this session has seen it."""
        self.editor = editor or NoEditor()
        self.seen = seen or Seen()
        self.must_have_read = must_have_read

    async def apply(self, edits: Sequence[Edit], root: str) -> list[Change]:
        """Changes all the files or none. Raises ToolFailed.

        Cancelled, it leaves all files as they were, or all changed; nothing is left beside them.
        """
        paths = [edit.path for edit in edits]
        for path in paths:
            if paths.count(path) > 1:
                raise ToolFailed(f"{shown(path, root)} is named twice. Put all that changes in a file into one change.")
        async with locked(paths):
            try:
                return await self._attempt(edits, root, first=True)
            except StaleDocument:
                pass
            try:
                return await self._attempt(edits, root, first=False)
            except StaleDocument as stale:
                why = str(stale) or "it changes while it is being edited"
                raise ToolFailed(f"An editor has not taken the change: {why}. Read the file again.") from None

    async def preview(self, edits: Sequence[Edit], root: str) -> str:
        """The diff that `apply` would make of the files as they are now. Raises ToolFailed; changes nothing."""
        plans = [await self._planned(edit, shown(edit.path, root), first=True) for edit in edits]
        return "".join(plan.diff for plan in plans)

    async def _attempt(self, edits: Sequence[Edit], root: str, *, first: bool) -> list[Change]:
        plans: list[Planned] = []
        for edit in edits:
            plans.append(await self._planned(edit, shown(edit.path, root), first=first))
        saved = await write(plans, self.editor)
        changes: list[Change] = []
        for plan, is_saved in zip(plans, saved, strict=True):
            self.seen.settle(plan.path, plan.version)
            changes.append(Change(plan.path, plan.before, plan.after, plan.diff, is_saved, plan.version))
        return changes

    async def _planned(self, edit: Edit, title: str, *, first: bool) -> Planned:
        try:
            await self.editor.check_edit(edit.path)
        except EditorsDiffer as differing:
            raise ToolFailed(str(differing)) from None
        opened = await self.editor.open_file(edit.path)
        check = self._refuse_unseen if first or edit.whole else None
        return await asyncio.to_thread(planned, edit, title, opened, check)

    def _refuse_unseen(self, path: Path, title: str, version: str) -> None:
        if not self.must_have_read:
            return
        known = self.seen.version(path)
        if known is None:
            raise ToolFailed(f"{title} exists and has not been read yet. Read it first, then send the change again.")
        if known != version:
            raise ToolFailed(f"{title} has been changed since it was read. Read it again before you change it.")
