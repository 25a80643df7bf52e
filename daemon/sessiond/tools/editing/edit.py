"""The `edit` tool: replaces one piece of a file's text, or every place where it stands."""

from bisect import bisect_right
from itertools import accumulate

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.editing.matching.explain import numbered
from sessiond.tools.editing.matching.found import lines_of
from sessiond.tools.editing.matching.ladder import Match, match
from sessiond.tools.editing.told import result
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Edit as FileEdit
from sessiond.tools.files.splices import Splice
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.near_names import missing

CONTEXT = 2
"""Lines shown around a change."""
MAX_SHOWN_PLACES = 3
MAX_NAMED_PLACES = 20
MARK = "\ufeff"
SAME = "oldString and newString are the same, so there is nothing to change."


class EditArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    filePath: str = Field(min_length=1, description="The file: absolute, or relative to the working directory.")
    oldString: str = Field(description="The text to replace, exactly as it stands in the file. Empty for a new file.")
    newString: str = Field(description="The text to put in its place; it must be different.")
    replaceAll: bool = Field(default=False, description="Replace every place where oldString stands.")


class Edit:
    name = "edit"
    description = tool_prompt("edit")
    parameters: type[BaseModel] = EditArguments
    concurrent = False
    """Later calls of a step build on what earlier ones have changed."""

    def asks(self, arguments: EditArguments, cwd: str, root: str) -> list[Ask]:
        path = resolved(arguments.filePath, cwd)
        return [Ask(permission="edit", title=f"Edit {shown(path, root)}", path=path)]

    async def preview(self, arguments: EditArguments, scope: ToolScope) -> str:
        path = resolved(arguments.filePath, scope.cwd)
        return await scope.files.preview([FileEdit(path, Replacing(arguments, shown(path, scope.root)))], scope.root)

    async def run(self, arguments: EditArguments, scope: ToolScope) -> ToolResult:
        path = resolved(arguments.filePath, scope.cwd)
        title = shown(path, scope.root)
        replacing = Replacing(arguments, title)
        try:
            changes = await scope.files.apply([FileEdit(path, replacing)], scope.root)
        except MissingFile:
            raise ToolFailed(await missing(path, scope)) from None
        return await result(changes, scope, replacing.told(changes[0].after or ""), title)


class MissingFile(ToolFailed):
    """There is no file with a text that could be replaced."""


class Replacing:
    """The change of one call; afterwards, what it was."""

    def __init__(self, arguments: EditArguments, title: str) -> None:
        """Raises ToolFailed for a change that is none."""
        self._old, self._new = _plain(arguments.oldString), _plain(arguments.newString)
        self._all = arguments.replaceAll
        self._title = title
        self._match = Match([], "")
        self._created = False
        if self._old == self._new:
            raise ToolFailed(SAME)

    def __call__(self, text: str | None) -> list[Splice]:
        self._created = text is None
        if text is None and self._old:
            raise MissingFile
        if not self._old:
            self._match = self._fill(text or "")
        else:
            text = text or ""
            old, new = (self._old, self._new) if self._old in text else _without_mark(self._old, self._new)
            if old == new:
                raise ToolFailed(SAME)
            self._match = match(text, old, new, replace_all=self._all)
        return self._match.splices

    def _fill(self, text: str) -> Match:
        if text:
            raise ToolFailed(
                f"{self._title} is not empty, so an empty oldString does not say what to replace. "
                "Give the text to replace, or use `write` to replace the whole file."
            )
        return Match([Splice(0, 0, self._new)], "")

    def told(self, after: str) -> str:
        """What was changed and where, with the lines around it as they are now."""
        if self._created:
            return f"Created {self._title} ({len(lines_of(after))} lines)."
        places = _new_places(self._match.splices, after)
        named = ", ".join(str(first + 1) for first, _ in places[:MAX_NAMED_PLACES])
        more = f" and {len(places) - MAX_NAMED_PLACES} more" if len(places) > MAX_NAMED_PLACES else ""
        what = f"line {named}" if len(places) == 1 else f"{len(places)} places, lines {named}{more}"
        overlooked = f" oldString did not match exactly: {self._match.overlooked}." if self._match.overlooked else ""
        return f"Edited {self._title}, {what}.{overlooked} {_reads(lines_of(after), places[:MAX_SHOWN_PLACES])}"


def _reads(lines: list[str], places: list[tuple[int, int]]) -> str:
    """The lines around places; where these are close to one another, once."""
    if not lines:
        return "It is empty now."
    snippets: list[tuple[int, int]] = []
    for first, last in places:
        start, end = max(first - CONTEXT, 0), min(last + 1 + CONTEXT, len(lines))
        if snippets and start <= snippets[-1][1]:
            start = snippets.pop()[0]
        snippets.append((start, end))
    return "It reads now:\n" + "\n…\n".join(numbered(lines, *snippet) for snippet in snippets)


def _new_places(splices: list[Splice], after: str) -> list[tuple[int, int]]:
    """The indexes of the first and last line of each new piece, in the new text."""
    starts = [0, *accumulate(len(line) + 1 for line in after.split("\n")[:-1])]
    places: list[tuple[int, int]] = []
    moved = 0
    for splice in splices:
        start = splice.start + moved
        end = start + len(splice.new.removesuffix("\n"))
        places.append((bisect_right(starts, start) - 1, bisect_right(starts, end) - 1))
        moved += len(splice.new) - (splice.end - splice.start)
    return places


def _without_mark(old: str, new: str) -> tuple[str, str]:
    """A byte order mark before the old text is the file's, which keeps its own; the texts of files have none."""
    return (old[1:], new.removeprefix(MARK)) if old.startswith(MARK) else (old, new)


def _plain(text: str) -> str:
    """With `\\n` for each line end, and nothing that no file can hold."""
    return printable(text.replace("\r\n", "\n"))
