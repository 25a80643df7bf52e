"""Which content of which file a session has read or written last, so that nothing newer is overwritten unseen.

Held by the session, filled by the tools; after a restart it is rebuilt from what the tools' results say.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, cast

from sessiond_protocol.messages import Message, ToolPart


class Seen:
    """Versions are those of `text_form.version_of`."""

    def __init__(self, versions: Mapping[Path, str] | None = None) -> None:
        self._versions = dict(versions or {})

    def remember(self, path: Path, version: str) -> None:
        """`path` is resolved."""
        self._versions[path] = version

    def settle(self, path: Path, version: str | None) -> None:
        """After a change; None when the file is gone."""
        if version is None:
            self.forget(path)
        else:
            self.remember(path, version)

    def forget(self, path: Path) -> None:
        self._versions.pop(path, None)

    def version(self, path: Path) -> str | None:
        """The content this session saw last; None when it never saw the file."""
        return self._versions.get(path)


def seen_in(messages: Iterable[Message]) -> Seen:
    """From `metadata.files` of tool results, `{path, version}` each; a file without a version is gone."""
    seen = Seen()
    for message in messages:
        for part in message.parts:
            if isinstance(part, ToolPart) and part.state.status == "completed":
                _take(seen, (part.state.metadata or {}).get("files"))
    return seen


def _take(seen: Seen, files: object) -> None:
    if not isinstance(files, list):
        return
    for file in cast(list[object], files):
        if not isinstance(file, dict):
            continue
        told = cast(dict[str, Any], file)
        path, version = told.get("path"), told.get("version")
        if isinstance(path, str) and isinstance(version, str):
            seen.remember(Path(path), version)
        elif isinstance(path, str):
            seen.forget(Path(path))
