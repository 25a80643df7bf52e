"""The `write` tool: a new file, or new content for a whole one."""

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.editing.matching.found import lines_of
from sessiond.tools.editing.told import result
from sessiond.tools.files.changes import Change, Edit
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt


class WriteArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    filePath: str = Field(min_length=1, description="The file: absolute, or relative to the working directory.")
    content: str = Field(description="The whole content of the file.")


class Write:
    name = "write"
    description = tool_prompt("write")
    parameters: type[BaseModel] = WriteArguments
    concurrent = False
    """Later calls of a step build on what earlier ones have changed."""

    def asks(self, arguments: WriteArguments, cwd: str, root: str) -> list[Ask]:
        path = resolved(arguments.filePath, cwd)
        return [Ask(permission="edit", title=f"Write {shown(path, root)}", path=path)]

    async def preview(self, arguments: WriteArguments, scope: ToolScope) -> str:
        return await scope.files.preview([overwriting(arguments, scope.cwd)], scope.root)

    async def run(self, arguments: WriteArguments, scope: ToolScope) -> ToolResult:
        overwrite = overwriting(arguments, scope.cwd)
        title = shown(overwrite.path, scope.root)
        changes = await scope.files.apply([overwrite], scope.root)
        return await result(changes, scope, told(changes[0], title), title)


def overwriting(arguments: WriteArguments, cwd: str) -> Edit:
    content = printable(arguments.content)
    return Edit(resolved(arguments.filePath, cwd), lambda text: new_text(text, content), whole=True)


def new_text(text: str | None, content: str) -> str:
    """A file that has line ends keeps their style, and a byte order mark of its own; others get what was sent."""
    if text is None:
        return content
    content = content.removeprefix("\ufeff")
    return content.replace("\r\n", "\n") if "\n" in text else content


def told(change: Change, title: str) -> str:
    lines = len(lines_of(change.after or ""))
    if change.before is None:
        return f"Created {title} ({lines} lines)."
    if change.before == change.after:
        return f"{title} had exactly this content already."
    return f"Wrote {title}: {lines} lines, there were {len(lines_of(change.before))}."
