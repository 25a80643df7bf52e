"""Commands of a test that must run in the sandbox."""

import os
from pathlib import Path
from typing import Any

from sessiond.tools.shell.bash import Bash
from support.tools.scope import run_tool, tool_scope


async def code(bash: Bash, project: Path, command: str, home: Path | None = None, **arguments: Any) -> int:
    """The exit code; the sandbox must have been used."""
    environment = dict(os.environ) | ({"HOME": str(home)} if home else {})
    result = await run_tool(bash, tool_scope(project, environment=environment), command=command, **arguments)
    assert result.metadata is not None
    assert result.metadata["sandbox"] == {"state": "bubblewrap", "reason": None}
    return int(result.metadata["exitCode"])
