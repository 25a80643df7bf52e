"""Files as one session sees them: unsaved text where an editor has it open, the disk otherwise.

Every tool that reads or changes text goes through here, so that all keep the same promises.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from sessiond.tools.editor import Editor, NoEditor
from sessiond.tools.files.seen import Seen


class Edit(msgspec.Struct, frozen=True):
    """One file's part of a change. `change` gets the text as it is now (None: there is no file), with `\\n`
    for each line end and no byte order mark, and gives the new text (None: the file goes). It may raise
    ToolFailed, and is called again when the text has changed in between."""

    path: Path
    change: Callable[[str | None], str | None]
    overwrites: bool = True
    """False: a file that exists already is a failure."""


class Change(msgspec.Struct, frozen=True):
    """What became of one file."""

    path: Path
    before: str | None
    after: str | None
    diff: str
    """Unified, for the client."""
    saved: bool
    """False: an editor holds the new text unsaved, the disk lags behind."""
    version: str
    """The hash of the new content."""


class Files:
    def __init__(self, editor: Editor | None = None, seen: Seen | None = None, *, must_have_read: bool = True) -> None:
        """`must_have_read`: an existing file is changed only as this session has seen it."""
        self.editor = editor or NoEditor()
        self.seen = seen or Seen()

    async def apply(self, edits: Sequence[Edit], root: str) -> list[Change]:
        """Changes all the files or none. Raises ToolFailed."""
        raise NotImplementedError
