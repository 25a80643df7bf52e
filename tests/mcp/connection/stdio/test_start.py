"""Starting a server: what it sees, and what the user is told when it cannot be started."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sessiond.mcp.base import ServerFailed, Stdio
from sessiond.mcp.connection.stdio import stdio
from sessiond.tools.shell.family import MARK
from support.mcp.odd.launch import odd
from support.mcp.plain_client import connected
from support.mcp.recorded_host import RecordedHost
from support.tools.cancelled_at import CancelledAt
from support.tools.processes import Marked, until


async def test_a_server_sees_the_environment_and_directory_it_is_given_and_has_a_group_of_its_own(
    tmp_path: Path,
) -> None:
    environment = {"ONE": "1", "LC_ALL": "C.UTF-8"}

    async with connected(env=environment, cwd=tmp_path) as server:
        facts = json.loads(await server.call("where"))

    assert facts["env"].pop(MARK)
    assert facts == {"pid": facts["pid"], "group": facts["pid"], "cwd": str(tmp_path), "env": environment}


async def refusal(*command: str, cwd: str | Path = "/", env: Mapping[str, str] | None = None) -> str:
    place = Stdio(command=command, cwd=str(cwd), env=env or {})
    with pytest.raises(ServerFailed) as failed:
        async with stdio(place, RecordedHost()):
            pass
    return str(failed.value)


async def test_what_cannot_be_started_says_why_and_what_to_do(tmp_path: Path) -> None:
    plain, script, orphan = tmp_path / "plain", tmp_path / "script", tmp_path / "orphan"
    plain.write_text("")
    script.write_text("echo\n")
    orphan.write_text("#!/no/such/program\n")
    for file in (script, orphan):
        file.chmod(0o755)
    nul = "in its command, its directory or its environment. Correct its settings."

    told = {
        "no program": await refusal("no-such-program", env={"PATH": "/bin:/nowhere"}),
        "no file": await refusal("./no-such-program", cwd=tmp_path),
        "not executable": await refusal(str(plain)),
        "a directory": await refusal(str(tmp_path)),
        "no first line": await refusal(str(script)),
        "no interpreter": await refusal(str(orphan)),
        "no interpreter, by PATH": await refusal("orphan", env={"PATH": str(tmp_path)}),
        "no cwd": await refusal(sys.executable, cwd=tmp_path / "gone"),
        "a file as cwd": await refusal(sys.executable, cwd=plain),
        "NUL": await refusal("a\0b"),
        "NUL in the environment": await refusal(sys.executable, env={"A": "\0"}),
        "NUL in the cwd": await refusal(sys.executable, cwd="/\0"),
        "no variable": await refusal(sys.executable, env={"A=B": "1"}),
    }

    assert told == {
        key: f"cannot be started: {why}"
        for key, why in {
            "no program": "there is no program no-such-program. Install it, or give its whole path as `command`."
            " Searched: /bin:/nowhere.",
            "no file": "there is no file ./no-such-program. Install it, or correct its `command`.",
            "not executable": f"{plain} may not be run. Make it executable, or start it with the program that runs it.",
            "a directory": f"{tmp_path} may not be run. Make it executable, or start it with the program that runs it.",
            "no first line": f"{script} is no program for this machine. Start it with the program that runs it.",
            "no interpreter": f"the program that the first line of {orphan} names is not there. Install it.",
            "no interpreter, by PATH": "the program that the first line of orphan names is not there. Install it.",
            "no cwd": f"there is no directory {tmp_path / 'gone'}. Make it, or set another `cwd`.",
            "a file as cwd": f"there is no directory {plain}. Make it, or set another `cwd`.",
            "NUL": f"embedded null byte {nul}",
            "NUL in the environment": f"embedded null byte {nul}",
            "NUL in the cwd": f"embedded null byte {nul}",
            "no variable": f"illegal environment variable name {nul}",
        }.items()
    }


@pytest.mark.parametrize("point", range(2))
async def test_a_start_that_is_cancelled_leaves_no_process(point: int) -> None:
    marked = Marked({})
    place = odd("hangs-in-initialize", env=marked.environment)

    async def connect() -> None:
        async with stdio(place, RecordedHost()) as (inbox, _):
            async for _ in inbox:
                pass

    cancelled = await CancelledAt(connect(), point)

    assert cancelled
    assert marked.living() == []


async def test_a_server_that_does_not_answer_initialize_can_be_left() -> None:
    marked, host = Marked({}), RecordedHost()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            async with connected("hangs-in-initialize", host=host, env=marked.environment):
                pass

    assert (marked.living(), host.reasons) == ([], [])


async def test_no_file_stays_open_when_starting_and_leaving() -> None:
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0

    for _ in range(3):
        async with connected() as server:
            await server.call("echo", text="x")

    await until(lambda: sys.platform != "linux" or len(os.listdir("/proc/self/fd")) <= before)
