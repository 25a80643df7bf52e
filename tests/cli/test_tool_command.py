"""`sessiond tool`: what is refused is said in a sentence, whatever was sent."""

import json
from typing import Any

import pytest

from support.command import sessiond
from support.daemon.home import Home

LONG = "a" * 5000


async def failure(home: Home, tool: str, **arguments: Any) -> str:
    done = await sessiond(home, "tool", tool, "--args", json.dumps(arguments))
    state = json.loads(done.out)
    assert (done.code, done.err, state["state"]) == (1, "", "failed")
    return state["output"]


async def test_a_task_without_a_model_says_that_there_is_none(home: Home) -> None:
    home.configure(model="nobody/none")

    told = await failure(home, "task", description="Look", prompt="Look around.")

    assert told.startswith("The task could not be run in a session of its own: ")
    assert "nobody" in told


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("read", {"filePath": LONG}),
        ("read", {"filePath": "a/" * 3000}),
        ("edit", {"filePath": LONG, "oldString": "a", "newString": "b"}),
        ("write", {"filePath": LONG, "content": "a"}),
        ("list", {"path": LONG}),
        ("grep", {"pattern": "a", "path": LONG}),
        ("bash", {"command": "ls", "workdir": LONG}),
        ("patch", {"patchText": f"*** Begin Patch\n*** Delete File: {LONG}\n*** End Patch"}),
        ("webfetch", {"url": LONG}),
    ],
)
async def test_a_name_that_is_too_long_is_not_repeated_at_length(
    home: Home, tool: str, arguments: dict[str, Any]
) -> None:
    told = await failure(home, tool, **arguments)

    assert "aa" in told or "a/a" in told
    assert len(told) < 400


async def test_a_header_of_a_patch_that_is_too_long_is_not_repeated_at_length(home: Home) -> None:
    (home.project / "a.txt").write_text("a\n")
    patch = f"*** Begin Patch\n*** Update File: a.txt\n@@ {LONG}\n-a\n+b\n*** End Patch"

    assert len(await failure(home, "patch", patchText=patch)) < 500


@pytest.mark.parametrize("directory", ["/nowhere\udcff", "/" + LONG])
@pytest.mark.parametrize("command", [("tool", "read"), ("run", "Hello.")])
async def test_a_directory_that_is_not_there_is_named_so_that_it_can_be_read(
    home: Home, command: tuple[str, ...], directory: str
) -> None:
    done = await sessiond(home, command[0], "-C", directory, *command[1:])

    assert (done.code, done.out) == (1, "")
    assert "sessiond: There is no directory '/" in done.err
    assert len(done.err) < 300
    assert "\\udcff" not in done.err


async def test_a_tool_that_there_is_not_is_named_in_short(home: Home) -> None:
    done = await sessiond(home, "tool", LONG)

    assert (done.code, done.out) == (1, "")
    assert "sessiond: There is no tool 'aaa" in done.err
    assert len(done.err) < 500


async def test_a_tool_of_a_server_is_said_to_run_in_sessions(home: Home) -> None:
    done = await sessiond(home, "tool", "files_read_file")

    assert (done.code, done.out) == (1, "")
    assert "Those of MCP servers run in a session." in done.err
