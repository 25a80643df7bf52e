"""The `patch` tool: several files changed at once by the `*** Begin Patch` envelope that GPT models are trained on.

What a patch says is read in `envelope/`; `tools/files/` carries it out, all files or none.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.editing.envelope.edits import Step, edits, steps
from sessiond.tools.editing.envelope.parse import parse
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.changes import Change, files_metadata
from sessiond.tools.paths import printable, shown
from sessiond.tools.prompts import tool_prompt

PAST = {"Add": "added", "Delete": "deleted", "Edit": "changed", "Move": "moved", "Move to": "new place"}
NAMED_FILES = 10
"""So many files are named in a question's title; its patterns name all."""


class PatchArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    patchText: str = Field(description="The whole patch, from `*** Begin Patch` to `*** End Patch`.")


class Patch:
    name = "patch"
    description = tool_prompt("patch")
    parameters: type[BaseModel] = PatchArguments
    concurrent = False

    def asks(self, arguments: PatchArguments, cwd: str, root: str) -> list[Ask]:
        todo = wanted(arguments, cwd, root)
        return [Ask(permission="edit", title=question(todo, root), path=step.path) for step in todo]

    async def preview(self, arguments: PatchArguments, scope: ToolScope) -> str:
        return await scope.files.preview(edits(wanted(arguments, scope.cwd, scope.root), scope.root), scope.root)

    async def run(self, arguments: PatchArguments, scope: ToolScope) -> ToolResult:
        todo = wanted(arguments, scope.cwd, scope.root)
        changes = await scope.files.apply(edits(todo, scope.root), scope.root)
        if all(change.before == change.after for change in changes):
            raise ToolFailed("The patch changes nothing: the files have what it says already.")
        return ToolResult(told(todo, changes, scope.root), title_of(todo, scope.root), files_metadata(changes))


def wanted(arguments: PatchArguments, cwd: str, root: str) -> list[Step]:
    """What the patch does, in its order. Raises ToolFailed when it cannot be read."""
    if printable(arguments.patchText) != arguments.patchText:
        raise ToolFailed("patchText has characters that are not valid Unicode. Send it again without them.")
    return steps(parse(arguments.patchText), cwd, root)


def title_of(todo: Sequence[Step], root: str) -> str:
    files = {step.path for step in todo if step.verb != "Move to"}
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{todo[0].verb} {shown(todo[0].path, root)}{more}"


def question(todo: Sequence[Step], root: str) -> str:
    """All that the user is asked to allow, what is taken away first."""
    ordered = sorted(todo, key=lambda step: step.verb not in ("Delete", "Move", "Move to"))
    named = ", ".join(f"{step.verb} {shown(step.path, root)}" for step in ordered[:NAMED_FILES])
    more = f" and {len(ordered) - NAMED_FILES} more" if len(ordered) > NAMED_FILES else ""
    return named + more


def told(todo: Sequence[Step], changes: Sequence[Change], root: str) -> str:
    """What the model reads: each file once, and which of them the disk does not have yet."""
    past = {step.path: PAST[step.verb] for step in todo}
    lines = [f"{past[change.path]}: {shown(change.path, root)}{unsaved(change)}" for change in changes]
    return "\n".join(["The patch is applied.", *lines, *reindented(todo, root)])


def reindented(todo: Sequence[Step], root: str) -> list[str]:
    """What of the patch was not as the files have it."""
    return [
        f"{shown(step.path, root)}: hunk in line {', '.join(map(str, step.reindented))} of the patch did not match "
        "exactly: a different indentation. Its new lines are indented as the file is."
        for step in todo
        if step.reindented
    ]


def unsaved(change: Change) -> str:
    return "" if change.saved else " (unsaved in the editor: the disk has the old text until the developer saves it)"
