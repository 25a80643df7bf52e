"""The `grep` tool: lines that match a regular expression, grouped by file, the newest files first.

ripgrep searches, so ignore files count and links are not followed. Files open in an editor with unsaved
text are searched as the editor has them (`unsaved.py`). What the rules do not let be read is left out.
"""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.places import search_place
from sessiond.tools.reading.search.matches import PRINTED, FileMatches, file_matches
from sessiond.tools.reading.search.newest_matches import NewestMatches
from sessiond.tools.reading.search.path_pattern import PathPattern
from sessiond.tools.reading.search.ripgrep import ALWAYS, SECONDS, ripgrep
from sessiond.tools.reading.search.unsaved import unsaved_texts

MAX_PATTERN = 10_000
MAX_INCLUDE = 1000
SECRETS_NOTE = "(files that need leave to be read, such as .env, are left out)"
"""Said of every directory, match or not: else asking again and again would spell a secret out."""


class GrepArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pattern: str = Field(
        min_length=1, max_length=MAX_PATTERN, description="The regular expression to look for, in one line."
    )
    path: str | None = Field(
        default=None, description="The directory or file to search; without it, the working directory."
    )
    include: str | None = Field(
        default=None, max_length=MAX_INCLUDE, description="Only files that fit this, such as `*.py` or `*.{ts,tsx}`."
    )


class Search(msgspec.Struct, frozen=True):
    """One search: where, for what, and which files count."""

    directory: Path
    only: str | None
    """The one file to search."""
    expression: str
    include: PathPattern
    may_read: Callable[[Path], bool]

    def options(self) -> list[str]:
        return [*ALWAYS, *PRINTED, "--engine=auto", f"--regexp={self.expression}"]

    def wants(self, name: str) -> bool:
        """`name` is relative to the directory."""
        if self.only is not None:
            return name == self.only  # leave to read it was asked for by its name
        return self.include.fits(name) and self.may_read(self.directory / name)


class Grep:
    name = "grep"
    description = tool_prompt("grep")
    parameters: type[BaseModel] = GrepArguments
    concurrent = True

    def asks(self, arguments: GrepArguments, cwd: str, root: str) -> list[Ask]:
        base = resolved(arguments.path or ".", cwd)
        return [Ask(permission="read", title=title(arguments, base, root), path=base)]

    async def run(self, arguments: GrepArguments, scope: ToolScope) -> ToolResult:
        base = resolved(arguments.path or ".", scope.cwd)
        include = PathPattern("{" + (arguments.include or "*") + "}")  # a list with commas is meant as one
        directory, only = await asyncio.to_thread(search_place, base, scope.root)
        expression = printable(arguments.pattern)
        search = Search(directory, only, expression, include, scope.surroundings.may_read)
        found, whole = await searched(search, scope)
        notes = [f"(stopped after {SECONDS:g} s, there may be more; search a smaller directory)"] if not whole else []
        notes += [SECRETS_NOTE] if only is None else []
        text = found.text(lambda name: shown(directory / name, scope.cwd))
        text = text or f"(no line in {shown(base, scope.root)} matches {expression})"
        return ToolResult("\n".join([text, *notes]), title(arguments, base, scope.root), found.counts())


def title(arguments: GrepArguments, base: Path, root: str) -> str:
    among = f" among {printable(arguments.include)}" if arguments.include else ""
    return f'Search "{printable(arguments.pattern)}" in {shown(base, root)}{among}'


async def searched(search: Search, scope: ToolScope) -> tuple[NewestMatches, bool]:
    """What there is on the disk and in editors, and whether the search ran to its end. Raises ToolFailed."""
    found = NewestMatches()
    unsaved = await unsaved_texts(scope, search.directory, search.wants, ignored_too=search.only is not None)
    for name, text in unsaved.items():
        outcome = await ripgrep([*search.options(), "-"], search.directory, scope.environment, first_matches, text)
        refuse_complaint(outcome.complaint, outcome.value)
        if outcome.value:
            found.add(name, outcome.value, changed=None)
    if search.only is not None and search.only in unsaved:
        return found, True

    def on_disk(stream: IO[bytes]) -> int:
        return sum(take(found, search, matches, unsaved) for matches in file_matches(stream))

    options = search.options() if search.only is not None else [*search.options(), *search.include.prefilter()]
    outcome = await ripgrep([*options, "--", f"./{search.only or ''}"], search.directory, scope.environment, on_disk)
    refuse_complaint(outcome.complaint, outcome.value)
    return found, outcome.whole


def take(found: NewestMatches, search: Search, matches: FileMatches, unsaved: dict[str, str]) -> bool:
    name = os.fsdecode(matches.path).removeprefix("./")
    if name in unsaved or not search.wants(name):
        return False
    try:
        found.add(name, matches, changed=os.lstat(search.directory / name).st_mtime_ns)
    except OSError:  # gone meanwhile
        return False
    return True


def first_matches(stream: IO[bytes]) -> FileMatches | None:
    return next(file_matches(stream), None)


def refuse_complaint(complaint: str, found: object) -> None:
    """Raises ToolFailed where nothing was found because ripgrep did not take the expression."""
    if complaint and not found:
        said = "\n".join(line for line in complaint.splitlines() if line.strip("~"))
        raise ToolFailed(f"ripgrep does not take this search; the pattern is a regular expression.\n{said}")
