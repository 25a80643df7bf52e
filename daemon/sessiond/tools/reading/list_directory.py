"""The `list` tool: a directory as a tree, within a stated number of entries.

ripgrep walks the directory, so ignore files count; links are not followed. What of the directory itself is
not in the tree (ignored, empty, links) is named at its end.
"""

import asyncio
import os
from pathlib import Path
from typing import IO

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.places import directory_at
from sessiond.tools.reading.search.ripgrep import ALWAYS, SECONDS, records, ripgrep
from sessiond.tools.reading.tree import Folder, lines

MAX_ENTRIES = 150
MAX_DEPTH = 12
MAX_OTHERS = 20
"""Names that are told of what is not in the tree."""


class ListArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    path: str | None = Field(default=None, description="The directory; without it, the working directory.")


class ListDirectory:
    name = "list"
    description = tool_prompt("list")
    parameters: type[BaseModel] = ListArguments
    concurrent = True

    def asks(self, arguments: ListArguments, cwd: str, root: str) -> list[Ask]:
        path = resolved(arguments.path or ".", cwd)
        return [Ask(permission="read", title=f"List {shown(path, root)}", path=path)]

    async def run(self, arguments: ListArguments, scope: ToolScope) -> ToolResult:
        path = resolved(arguments.path or ".", scope.cwd)
        directory = await asyncio.to_thread(directory_at, path, scope.root)
        # sorted, so that the names which are kept of a large folder are its first
        options = [*ALWAYS, "--files", "--null", "--sort=path"]
        outcome = await ripgrep(options, directory, scope.environment, tree)
        others = await asyncio.to_thread(left_out, directory, outcome.value)
        shown_lines = [f"{shown(directory, scope.cwd)}/", *lines(outcome.value, MAX_ENTRIES)]
        if not outcome.whole:
            shown_lines.append(f"(stopped after {SECONDS:g} s, there may be more; list a smaller directory)")
        if others:
            more = f", … {len(others) - MAX_OTHERS} more" if len(others) > MAX_OTHERS else ""
            shown_lines.append(f"(not in the tree: {', '.join(others[:MAX_OTHERS])}{more}: ignored, empty or links)")
        elif not outcome.value.count:
            shown_lines.append("(empty directory)")
        title = f"List {shown(directory, scope.root)}"
        return ToolResult(printable("\n".join(shown_lines)), title, {"count": outcome.value.count})


def tree(names: IO[bytes]) -> Folder:
    root = Folder()
    for name in records(names, b"\0"):
        root.add(os.fsdecode(name).split("/"), MAX_ENTRIES, MAX_DEPTH)
    return root


def left_out(directory: Path, listed: Folder) -> list[str]:
    """What stands in the directory and not in its tree; nothing where the tree itself is cut."""
    if listed.left_out():
        return []
    try:
        with os.scandir(directory) as entries:
            there = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError:  # gone meanwhile
        return []
    known = {*listed.folders, *listed.files}
    return sorted(f"{name}/" if folder else name for name, folder in there.items() if name not in known)
