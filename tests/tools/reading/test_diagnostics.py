"""`diagnostics`: what the editor says, the worst first, and plainly when there is no editor."""

from pathlib import Path

import pytest

from sessiond.tools.base import Ask, ToolResult
from sessiond.tools.editor import Diagnostic
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.diagnostics import MAX_DIAGNOSTICS
from sessiond.tools.reading.diagnostics import Diagnostics, DiagnosticsArguments
from support.tools.open_editor import OpenEditor
from support.tools.scope import run_tool, tool_scope


async def test_the_worst_come_first(tmp_path: Path) -> None:
    file, other = tmp_path / "a.py", tmp_path / "b.py"
    editor = OpenEditor(
        diagnostics=[
            Diagnostic(file, 9, 1, "warning", "unused\n  import \ud800", "ruff"),
            Diagnostic(file, 3, 5, "error", "x" * 400),
            Diagnostic(other, 1, 1, "error", "undefined", "pyright"),
        ]
    )
    scope = tool_scope(tmp_path, editor=editor, may_read=lambda path: path != other)
    assert await run_tool(Diagnostics(), scope, filePath="a.py") == ToolResult(
        f"a.py:3:5: error: {'x' * 300}…\na.py:9:1: warning: unused import \ufffd [ruff]",
        "Diagnostics of a.py",
        {"count": 2},
    )
    assert (await run_tool(Diagnostics(), scope, filePath="b.py")).output == "b.py:1:1: error: undefined [pyright]"
    assert (await run_tool(Diagnostics(), scope)).metadata == {"count": 2}
    assert (await run_tool(Diagnostics(), scope, filePath="c.py")).output == "(no errors or warnings in c.py)"


async def test_more_than_the_limit_are_counted(tmp_path: Path) -> None:
    many = [Diagnostic(tmp_path / "a", line, 1, "hint", "m") for line in range(1, MAX_DIAGNOSTICS + 3)]
    result = await run_tool(Diagnostics(), tool_scope(tmp_path, editor=OpenEditor(diagnostics=many)))
    assert result.output.splitlines()[-2:] == [f"a:{MAX_DIAGNOSTICS}:1: hint: m", "(2 more are left out)"]


async def test_without_an_editor_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="No editor offers diagnostics here"):
        await run_tool(Diagnostics(), tool_scope(tmp_path))
    asks = Diagnostics().asks(DiagnosticsArguments(filePath="a.py"), str(tmp_path), str(tmp_path))
    assert asks == [Ask(permission="read", title="Diagnostics of a.py", path=tmp_path / "a.py")]
