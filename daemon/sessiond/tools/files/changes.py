"""What a tool wants changed in files, and what became of it. Made by tools, done by `files.py`."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from sessiond.tools.files.splices import Splice
from sessiond.tools.paths import printable


class Edit(msgspec.Struct, frozen=True):
    """One file's part of a change.

    `change` gets the text as it is now (None: there is no file), with `\\n` for each line end and no byte order
    mark. It gives the new text, or only the pieces that are replaced (in order, not overlapping), or None: the
    file goes. It may raise ToolFailed, runs in a thread, and is called again when the text has changed meanwhile.
    """

    path: Path
    """Resolved."""
    change: Callable[[str | None], str | Sequence[Splice] | None]
    overwrites: bool = True
    """False: a file that exists already is a failure."""
    whole: bool = False
    """The new text does not come from the old one, so that whatever a user types meanwhile would be lost."""
    moved_from: Path | None = None
    """Resolved. A new file keeps the line ends, the byte order mark, the mode and the owner of this one."""


class Change(msgspec.Struct, frozen=True):
    """What became of one file."""

    path: Path
    before: str | None
    after: str | None
    diff: str
    """Unified, for the client; cut with a note past `diff.MAX_DIFF_LINES`. Empty when nothing has changed."""
    saved: bool
    """False: an editor holds the new text unsaved, the disk lags behind."""
    version: str | None
    """The hash of the new content; None when the file is gone."""


def files_metadata(changes: Sequence[Change]) -> dict[str, Any]:
    """The metadata of every tool that changes files: what clients show and `seen.seen_in` reads again.

    `files`: one `{path, version, diff, saved}` a file, `path` absolute, `version` null for a file that is gone.
    """
    return {
        "files": [
            {
                "path": printable(str(change.path)),
                "version": change.version,
                "diff": change.diff,
                "saved": change.saved,
            }
            for change in changes
        ]
    }
