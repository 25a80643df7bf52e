"""The `glob` tool: files by a pattern of their path, the newest first.

ripgrep walks the directory, so ignore files count; links are not followed. Patterns: `path_pattern.py`.
"""

import asyncio
import heapq
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.places import directory_at
from sessiond.tools.reading.search.path_pattern import PathPattern
from sessiond.tools.reading.search.ripgrep import ALWAYS, SECONDS, records, ripgrep

MAX_FILES = 100
MAX_PATTERN = 1000


class GlobArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pattern: str = Field(
        min_length=1, max_length=MAX_PATTERN, description="The pattern, such as `*.py` or `src/**/*.{ts,tsx}`."
    )
    path: str | None = Field(default=None, description="The directory to search; without it, the working directory.")


class Glob:
    name = "glob"
    description = tool_prompt("glob")
    parameters: type[BaseModel] = GlobArguments
    concurrent = True

    def asks(self, arguments: GlobArguments, cwd: str, root: str) -> list[Ask]:
        base, _ = begun(arguments, cwd)
        return [Ask(permission="read", title=f"Find {printable(arguments.pattern)} in {shown(base, root)}", path=base)]

    async def run(self, arguments: GlobArguments, scope: ToolScope) -> ToolResult:
        base, text = begun(arguments, scope.cwd)
        pattern = PathPattern(text)
        directory = await asyncio.to_thread(directory_at, base, scope.root)
        options = [*ALWAYS, "--files", "--null", *pattern.prefilter()]
        outcome = await ripgrep(options, directory, scope.environment, lambda names: newest(names, directory, pattern))
        title = f"Find {printable(arguments.pattern)} in {shown(base, scope.root)}"
        files, left_out = outcome.value
        metadata = {"count": len(files), "leftOut": left_out}
        notes = [f"({left_out} more, older, are left out; narrow the pattern)"] if left_out else []
        if not outcome.whole:
            notes.append(f"(stopped after {SECONDS:g} s, there may be more; search a smaller directory)")
        lines = [shown(directory / file.name, scope.cwd) for file in files]
        if not lines:
            lines = [f"(no file in {shown(directory, scope.root)} fits {printable(arguments.pattern)})"]
        return ToolResult("\n".join([*lines, *notes]), title, metadata)


class FoundFile(NamedTuple):
    age: int
    """Negative time of the last change, so that the newest sorts first."""
    name: str


def begun(arguments: GlobArguments, cwd: str) -> tuple[Path, str]:
    """The directory to begin in, and the pattern from there: folders that a pattern names from elsewhere go into it."""
    path, pattern = arguments.path or ".", arguments.pattern
    if not pattern.startswith(("/", "~", "./", "../")):
        return resolved(path, cwd), pattern
    *folders, name = pattern.split("/")
    plain = next((place for place, folder in enumerate(folders) if set(folder) & set("*?[{\\")), len(folders))
    named = "/".join(folders[:plain]) or "."  # `/*.py` anchors a pattern, nobody means the whole disk
    base = resolved(named if named.startswith("~") else str(Path(path) / named), cwd)
    return base, "/" + "/".join([*folders[plain:], name])


def newest(names: IO[bytes], directory: Path, pattern: PathPattern) -> tuple[list[FoundFile], int]:
    """The newest files that fit, and how many more there are."""
    count = 0

    def fitting() -> Iterator[FoundFile]:
        nonlocal count
        for name in (os.fsdecode(record) for record in records(names, b"\0")):
            if pattern.fits(name):
                try:
                    changed = os.lstat(directory / name).st_mtime_ns
                except OSError:  # gone meanwhile
                    continue
                count += 1
                yield FoundFile(-changed, name)

    files = heapq.nsmallest(MAX_FILES, fitting())
    return files, count - len(files)
