"""A folder that looks like a git directory is one for nobody: git would run what its settings say."""

import os
from pathlib import Path

from sessiond.tools.shell.bash import Bash
from support.tools.scope import run_tool, tool_scope

MAKE = """mkdir -p evil/objects evil/refs && echo 'ref: refs/heads/main' > evil/HEAD
printf '[core]\\nbare = false\\nworktree = .\\nfsmonitor = "touch ../pwn; false"\\n' > evil/config
"""


async def test_git_runs_nothing_in_a_folder_that_looks_like_its_own(plain: Bash, project: Path) -> None:
    result = await run_tool(plain, tool_scope(project), command=f"{MAKE} cd evil && git status")

    assert "safe.bareRepository" in result.output
    assert not (project / "pwn").exists()


async def test_settings_that_the_environment_gives_to_git_stay(plain: Bash, project: Path) -> None:
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.name", "GIT_CONFIG_VALUE_0": "me"}
    for environment, name in ((given, "me"), ({"GIT_CONFIG_COUNT": "1"}, ""), ({"GIT_CONFIG_COUNT": "x"}, "")):
        scope = tool_scope(project, environment=dict(os.environ) | {"HOME": str(project)} | environment)
        result = await run_tool(
            plain, scope, command='git config safe.bareRepository; echo "[$(git config user.name)]"'
        )
        assert result.output == f"explicit\n[{name}]\n(exit code 0)"
