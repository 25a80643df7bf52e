"""What becomes of everything that a command starts: nothing hangs, nothing is left."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from sessiond.tools.shell.bash import Bash
from support.tools.processes import Marked, until
from support.tools.scope import run_tool, tool_scope
from support.tree import ROOT

STUBBORN = "trap '' TERM INT HUP; touch begun; while :; do sleep 1000; done"
NEVER_ENDING = [
    "touch begun; sleep 1000",
    STUBBORN,
    f'setsid bash -c "{STUBBORN}" & wait',
    "setsid sleep 1000 & touch begun; wait",
    "(setsid setsid sleep 1000 &) ; touch begun; sleep 1000 | cat",
    "nohup sleep 1000 >/dev/null 2>&1 & touch begun; sleep 1000",
    "set -m; sleep 1000 & touch begun; wait",
    "touch begun; yes",
    "touch begun; while :; do sleep 0.001 & done",
]

LEFT_BEHIND = [
    "sleep 1000 & echo done",
    "sleep 1000 >/dev/null 2>&1 & echo done",
    "(trap '' TERM; while :; do sleep 1000; done) & echo done",
    "yes >&2 & echo done",
    "set -m; sleep 1000 & echo done",
    "nohup sleep 1000 >/dev/null 2>&1 & disown; echo done",
]


@pytest.fixture(params=["plain", "confined"])
def bash(request: pytest.FixtureRequest) -> Bash:
    if request.param == "plain":
        return request.getfixturevalue("plain")
    return request.getfixturevalue("confining")()


@pytest.mark.parametrize("command", NEVER_ENDING)
async def test_an_abort_leaves_no_process(bash: Bash, project: Path, marked: Marked, command: str) -> None:
    scope = tool_scope(project, environment=marked.environment)
    running = asyncio.create_task(run_tool(bash, scope, command=command))
    await until((project / "begun").exists)
    assert marked.living()

    running.cancel()
    async with asyncio.timeout(10):
        with pytest.raises(asyncio.CancelledError):
            await running

    assert marked.living() == []
    assert not list(scope.outputs.directory.glob("*")) if scope.outputs.directory.exists() else True


async def test_a_second_abort_does_not_hurry_past_the_first(bash: Bash, project: Path, marked: Marked) -> None:
    scope = tool_scope(project, environment=marked.environment)
    running = asyncio.create_task(run_tool(bash, scope, command=STUBBORN))
    await until((project / "begun").exists)

    while not running.done():
        running.cancel()
        await asyncio.wait([running], timeout=0.05)

    assert running.cancelled()
    assert marked.living() == []


@pytest.mark.parametrize("command", LEFT_BEHIND)
async def test_what_a_command_leaves_in_the_background_ends_with_it(
    bash: Bash, project: Path, marked: Marked, command: str
) -> None:
    scope = tool_scope(project, environment=marked.environment)

    async with asyncio.timeout(10):
        result = await run_tool(bash, scope, command=command, timeout=60_000)

    assert result.metadata is not None
    assert (result.metadata["exitCode"], result.metadata["timedOut"]) == (0, False)
    assert marked.living() == []


async def test_the_model_is_told_what_was_ended(plain: Bash, project: Path) -> None:
    result = await run_tool(plain, tool_scope(project), command="sleep 1000 & echo done")

    assert result.output == (
        "done\n(exit code 0)\n(Still running in the background, and ended with the command: `sleep 1000`)"
    )


async def test_what_comes_right_after_the_end_is_still_seen(plain: Bash, project: Path) -> None:
    result = await run_tool(plain, tool_scope(project), command="(sleep 0.05; echo late) & echo early")

    assert result.output == "early\nlate\n(exit code 0)"


async def test_a_daemon_of_its_own_stays_when_all_went_well(plain: Bash, project: Path, marked: Marked) -> None:
    scope = tool_scope(project, environment=marked.environment)

    result = await run_tool(plain, scope, command="setsid sleep 1000 & echo done")

    assert result.output == "done\n(exit code 0)"
    assert marked.living() == ["sleep 1000"]


async def test_no_descriptor_is_left_open(bash: Bash, project: Path) -> None:
    scope = tool_scope(project)
    await run_tool(bash, scope, command="true")

    before = sorted(Path("/proc/self/fd").iterdir())
    for command in ("echo x", "sleep 1000 & true", "exit 3"):
        await run_tool(bash, scope, command=command)
    await run_tool(bash, scope, command="sleep 1000", timeout=10)

    assert len(sorted(Path("/proc/self/fd").iterdir())) == len(before)


MEASURE = """
import asyncio, resource, sys
from pathlib import Path
sys.path.insert(0, "tests")
from sessiond.tools.shell.bash import Bash
from sessiond.tools.shell.sandbox.sandbox import Sandbox
from support.tools.scope import run_tool, tool_scope

def most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

async def main():
    bash, scope = Bash(Sandbox("off")), tool_scope(Path(sys.argv[1]))
    await run_tool(bash, scope, command="true")
    before = most()
    result = await run_tool(bash, scope, command=sys.argv[2])
    print(most() - before, result.metadata["exitCode"], Path(result.metadata["outputFile"]).stat().st_size)

asyncio.run(main())
"""


@pytest.mark.parametrize(
    "command", ["yes 'a line of output' | head -c 200000000", "head -c 200000000 /dev/zero | tr '\\0' x"]
)
def test_200_mb_of_output_need_no_memory_to_speak_of(project: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(project), command], cwd=ROOT, capture_output=True, text=True, check=True
    )

    megabytes, code, kept = map(int, done.stdout.split())
    assert code == 0
    assert megabytes < 25
    assert 64_000_000 < kept < 68_000_000
