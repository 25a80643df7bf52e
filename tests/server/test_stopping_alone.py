"""`server/stop` to an engine that serves its own process alone: it ends as the shared one does, for its one client."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from support.daemon.home import Home

SECONDS = 30


async def talk(home: Home, *requests: dict[str, Any]) -> tuple[int | None, list[dict[str, Any]]]:
    """The exit code of an engine whose input stays open, and all that it has said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sessiond",
        "serve",
        "--standalone",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=home.project,
        env=home.environment(),
    )
    assert process.stdin and process.stdout
    for request in requests:
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **request}).encode() + b"\n")
    said = await asyncio.wait_for(process.stdout.read(), SECONDS)
    code = await asyncio.wait_for(process.wait(), SECONDS)
    process.stdin.close()
    return code, [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize("when", ["idle", "now"])
async def test_it_ends_with_what_was_asked_answered(tmp_path: Path, when: str):
    initialize = {"id": 1, "method": "initialize", "params": {"clientInfo": {"name": "Vim"}, "processId": os.getpid()}}
    stop = {"id": 2, "method": "server/stop", "params": {"when": when}}
    code, said = await talk(Home(tmp_path), initialize, {"id": 3, "method": "server/status"}, stop)

    assert code == 0
    answers = {message["id"]: message["result"] for message in said if "id" in message}
    assert answers[2] == {"turns": 0}
    assert (answers[3]["clients"], answers[3]["shared"]) == (1, False)
    assert answers[3]["connected"][0]["name"] == "Vim" and answers[3]["connected"][0]["processId"] == os.getpid()
    logged = [message["params"]["message"] for message in said if message.get("method") == "window/logMessage"]
    assert logged == [f"Vim has asked the engine to end {'now' if when == 'now' else 'once no turn runs'}."]
