"""The `diagnostics` tool: what the editor's language servers say of a file, or of all."""

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.diagnostics import told
from sessiond.tools.paths import resolved, shown
from sessiond.tools.prompts import tool_prompt


class DiagnosticsArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    filePath: str | None = Field(
        default=None, min_length=1, description="The file; without it, all files that the editor knows of."
    )


class Diagnostics:
    name = "diagnostics"
    description = tool_prompt("diagnostics")
    parameters: type[BaseModel] = DiagnosticsArguments
    concurrent = True

    def asks(self, arguments: DiagnosticsArguments, cwd: str, root: str) -> list[Ask]:
        path = resolved(arguments.filePath or ".", cwd)
        return [Ask(permission="read", title=f"Diagnostics of {shown(path, root)}", path=path)]

    async def run(self, arguments: DiagnosticsArguments, scope: ToolScope) -> ToolResult:
        path = resolved(arguments.filePath, scope.cwd) if arguments.filePath else None
        found = await scope.files.editor.diagnostics(path)
        if found is None:
            raise ToolFailed("No editor offers diagnostics here. Run the project's own checks instead.")
        allowed = found if path else [one for one in found if scope.surroundings.may_read(one.path)]
        where = shown(path, scope.root) if path else "all files"
        text = told(allowed, scope.cwd) or f"(no errors or warnings in {where})"
        return ToolResult(text, f"Diagnostics of {where}", {"count": len(allowed)})
