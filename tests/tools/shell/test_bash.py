"""The `bash` tool as a model meets it: what it is asked, what it answers."""

import asyncio
import os
import shutil
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sessiond.tools.base import Ask, ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond.tools.shell.bash import Bash, BashArguments
from sessiond.tools.shell.sandbox.sandbox import Sandbox
from sessiond.tools.shell.shells import shell
from support.tools.processes import Marked, until
from support.tools.scope import run_tool, tool_scope

OFF = {"state": "none", "reason": "switched off in the settings"}


async def output(tool: Bash, directory: Path, command: str, **arguments: Any) -> str:
    return (await run_tool(tool, tool_scope(directory), command=command, **arguments)).output


async def test_a_command_gives_its_output_and_exit_code(plain: Bash, project: Path) -> None:
    result = await run_tool(plain, tool_scope(project), command="echo out; echo err >&2; exit 3", description="Talks")

    assert result == ToolResult(
        "out\nerr\n(exit code 3)",
        "Talks",
        {
            "exitCode": 3,
            "signal": None,
            "timedOut": False,
            "truncated": False,
            "outputFile": None,
            "sandbox": OFF,
        },
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("true", "(no output)\n(exit code 0)"),
        ("printf 'no newline'", "no newline\n(exit code 0)"),
        ("printf 'caf\\351 \\377\\n'", "caf\ufffd \ufffd\n(exit code 0)"),
        ("printf '\\033[31mred\\033[0m\\n'", "red\n(exit code 0)"),
        ("printf '10%%\\r100%%\\n'", "100%\n(exit code 0)"),
        ("echo one; echo two >&2; echo three", "one\ntwo\nthree\n(exit code 0)"),
        ("kill -SEGV $$", "(no output)\n(exit code 139: SIGSEGV)"),
        ("cat; echo $?", "0\n(exit code 0)"),
        ("[[ a == a* ]] && echo {1..3}", "1 2 3\n(exit code 0)"),
        ("cat <<< $'a\\nb'", "a\nb\n(exit code 0)"),
    ],
)
async def test_output_is_told_as_text(plain: Bash, project: Path, command: str, said: str) -> None:
    assert await output(plain, project, command) == said


async def test_a_command_that_is_not_there_is_told_by_the_shell(plain: Bash, project: Path) -> None:
    said = await output(plain, project, "no-such-command-here")

    assert "no-such-command-here: command not found\n(exit code 127)" in said


async def test_it_runs_where_it_is_told_to(plain: Bash, project: Path) -> None:
    (project / "sub dir").mkdir()

    assert await output(plain, project, "pwd") == f"{project}\n(exit code 0)"
    assert await output(plain, project, "pwd", workdir="sub dir") == f"{project}/sub dir\n(exit code 0)"
    with pytest.raises(ToolFailed, match=r"There is no directory .*/nowhere to run the command in"):
        await output(plain, project, "pwd", workdir="nowhere")


async def test_what_cannot_be_started_says_why(plain: Bash, project: Path) -> None:
    with pytest.raises(ToolFailed, match="too long to be started"):
        await output(plain, project, "echo " + "x" * 5_000_000)
    with pytest.raises(ToolFailed, match="embedded null byte"):
        await output(plain, project, "echo \0")


async def test_nothing_waits_for_a_person(plain: Bash, project: Path) -> None:
    said = await output(
        plain, project, "read answer; echo $TERM $GIT_PAGER $GIT_TERMINAL_PROMPT; [ -t 0 ] || echo none"
    )

    assert said == "dumb cat 0\nnone\n(exit code 0)"


async def test_neither_files_nor_functions_change_what_a_command_means(plain: Bash, project: Path) -> None:
    (project / "rc").write_text("echo from the file\n")
    environment = dict(os.environ) | {"BASH_ENV": str(project / "rc"), "BASH_FUNC_ls%%": "() { echo mine; }"}

    result = await run_tool(plain, tool_scope(project, environment=environment), command="ls rc")

    assert result.output == "rc\n(exit code 0)"


def test_the_users_shell_runs_it_if_it_speaks_bash(tmp_path: Path) -> None:
    own = tmp_path / "bash"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o700)
    path = os.environ["PATH"]

    assert shell({"SHELL": str(own), "PATH": path}) == str(own)
    assert shell({"SHELL": "/usr/bin/zsh", "PATH": path}) == shutil.which("bash")
    assert shell({"SHELL": str(tmp_path / "fish"), "PATH": path}) == shutil.which("bash")
    assert shell({"PATH": path}) == shutil.which("bash")
    with pytest.raises(ToolFailed, match="neither bash nor sh"):
        shell({"PATH": str(tmp_path / "nothing")})


async def test_a_command_past_its_time_is_ended_and_says_so(plain: Bash, project: Path, marked: Marked) -> None:
    scope = tool_scope(project, environment=marked.environment)

    result = await run_tool(plain, scope, command="echo begun; sleep 1000 | sleep 1000; echo never", timeout=300)

    assert result.output.startswith("begun\n(timed out: ended after 0.3 s")
    assert result.metadata == {
        "exitCode": 143,
        "signal": "SIGTERM",
        "timedOut": True,
        "truncated": False,
        "outputFile": None,
        "sandbox": OFF,
    }
    assert marked.living() == []


async def test_long_output_keeps_its_end_and_is_whole_in_a_file(plain: Bash, project: Path) -> None:
    scope = tool_scope(project)

    result = await run_tool(plain, scope, command="seq 100000; exit 1")

    assert result.metadata is not None
    kept = Path(str(result.metadata["outputFile"]))
    assert kept.parent == scope.outputs.directory
    assert kept.read_text() == "".join(f"{number}\n" for number in range(1, 100_001))
    assert result.output.startswith("1\n2\n")
    assert result.output.endswith("99999\n100000\n(exit code 1)")
    assert f"The full output is in {kept}" in result.output
    assert len(result.output.encode()) < 51_000
    assert result.metadata["truncated"] is True


async def test_what_it_writes_is_told_while_it_runs(plain: Bash, project: Path) -> None:
    told: list[str] = []
    scope = msgspec.structs.replace(tool_scope(project), progress=lambda text, done, total: told.append(text))
    running = asyncio.create_task(
        run_tool(plain, scope, command="echo first; printf half; until [ -e go ]; do sleep 0.01; done")
    )

    await until(lambda: told[-1:] == ["first\nhalf"])
    (project / "go").touch()

    assert (await running).output == "first\nhalf\n(exit code 0)"


async def test_progress_is_bounded_in_number_and_size(plain: Bash, project: Path) -> None:
    told: list[str] = []
    scope = msgspec.structs.replace(tool_scope(project), progress=lambda text, done, total: told.append(text))
    began = time.monotonic()

    await run_tool(plain, scope, command="yes | head -c 30000000")

    assert 1 <= len(told) <= (time.monotonic() - began) / 0.1 + 2
    assert max(map(len, told)) < 10_000


async def test_a_disk_that_refuses_costs_the_file_and_not_the_command(plain: Bash, project: Path) -> None:
    (project / ".outputs").write_text("a file where the folder should be")

    result = await run_tool(plain, tool_scope(project), command="seq 100000")

    assert "The full output could not be kept: " in result.output
    assert result.output.endswith("100000\n(exit code 0)")


def test_it_asks_for_the_command_and_for_leaving_the_sandbox(tmp_path: Path) -> None:
    def asks(tool: Bash, **arguments: Any) -> list[Ask]:
        return tool.asks(BashArguments(**arguments), str(tmp_path), str(tmp_path))

    command = Ask(permission="bash", title="npm ci", command="npm  ci", cwd=str(tmp_path))
    outside = Ask(permission="unsandboxed", title="Outside the sandbox: npm ci", text="npm  ci")
    assert asks(Bash(), command="npm  ci", description="Look at a file") == [command]
    assert asks(Bash(), command="npm  ci", unsandboxed=True) == [command, outside]
    assert asks(Bash(Sandbox("off")), command="npm  ci", unsandboxed=True) == [command]
    moved = asks(Bash(), command="ls", workdir="../x")
    assert moved == [Ask(permission="bash", title="ls", command="ls", cwd=str(tmp_path.parent / "x"))]
