"""No engine can be had: every request is told why in a sentence, and the first one that comes when it can goes through.

With the real engine.
"""

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from sessiond.owner.lock import OwnerLock
from support.pipe.editor import INITIALIZE, Editor
from support.pipe.place import SECONDS, Place

Start = Callable[..., Awaitable[Editor]]


async def refusal(editor: Editor, number: int = 1) -> dict[str, Any]:
    editor.request(number, "session/list")
    return (await editor.until(id=number))["error"]


async def answered(editor: Editor) -> dict[str, Any]:
    """The first result; until it comes, the pipe may say for a moment that it cannot be."""
    number = 100
    while True:
        number += 1
        editor.request(number, "server/status")
        if "result" in (answer := await editor.until(id=number)):
            return answer["result"]


async def test_a_data_directory_that_cannot_be_is_named_until_it_can(start_alone: Start, place: Place) -> None:
    place.data.write_text("in the way")
    editor = await (await start_alone()).begin()
    error = await refusal(editor)
    assert (error["code"], error["data"]) == (1014, {"kind": "storageFailed"})
    assert error["message"].startswith(f"A file stands in the way of the data directory {place.data}.")
    logged = await editor.until(method="window/logMessage")
    assert logged["params"] == {"type": 1, "message": error["message"]}
    place.data.unlink()
    status = await answered(editor)
    assert (status["shared"], status["dataDirectory"]) == (True, str(place.data))


async def test_a_runtime_directory_that_others_may_enter_is_refused(start_alone: Start, place: Place) -> None:
    place.runtime.chmod(0o755)
    error = await refusal(await (await start_alone()).begin())
    assert (error["code"], error["data"]) == (1023, {"kind": "engineUnavailable"})
    assert f"chmod 700 {place.runtime}" in error["message"]


async def test_a_directory_that_an_engine_of_its_own_has_is_refused_with_whose_it_is(
    start_alone: Start, place: Place
) -> None:
    place.data.mkdir()
    lock = OwnerLock(str(place.data))
    lock.tell(socket=None)
    editor = await (await start_alone()).begin()
    error = await refusal(editor)
    assert f"in use by another engine: sessiond 0.1.0, process {os.getpid()}" in error["message"]
    lock.release()
    await answered(editor)


async def test_without_an_engine_shutdown_and_exit_are_a_good_end(start_alone: Start, place: Place) -> None:
    place.runtime.chmod(0o755)
    editor = await (await start_alone()).begin()
    await refusal(editor)
    editor.request(2, "shutdown")
    assert await editor.until(id=2) == {"id": 2, "result": None}
    editor.notify("exit")
    assert await editor.ends() == 0


async def test_shutdown_while_an_engine_is_looked_for_in_vain_is_a_good_end_too(
    start_alone: Start, place: Place
) -> None:
    place.runtime.chmod(0o755)
    editor = await (await start_alone()).begin()
    editor.request(2, "shutdown")
    editor.notify("exit")
    assert await editor.until(id=2) == {"id": 2, "result": None}
    assert await editor.ends() == 0


async def test_the_end_of_the_input_ends_a_pipe_without_an_engine(start_alone: Start, place: Place) -> None:
    place.runtime.chmod(0o755)
    editor = await (await start_alone()).begin()
    editor.request(1, "session/list")
    editor.writer.close()
    assert (await editor.until(id=1))["error"]["code"] == 1023
    assert await editor.ends() == 0


@pytest.mark.parametrize("said", [b"", b"\n\n"])
async def test_an_editor_that_says_nothing_gets_nothing_and_leaves_nothing(
    start_alone: Start, place: Place, said: bytes
) -> None:
    editor = await start_alone()
    editor.say(said)
    editor.writer.close()
    assert (await editor.rest(), await editor.ends()) == ([], 0)
    assert list(place.runtime.iterdir()) == []


def test_files_in_place_of_pipes_are_as_good(place: Place, tmp_path: Path) -> None:
    """What is asked stands in a file, and so will the answers."""
    asked = [{"id": 1, "method": "initialize", "params": INITIALIZE}, {"id": 2, "method": "server/status"}]
    (tmp_path / "asked").write_text("".join(json.dumps({"jsonrpc": "2.0", **message}) + "\n" for message in asked))
    with (tmp_path / "asked").open() as source, (tmp_path / "answered").open("w") as output:
        command = [sys.executable, "-m", "sessiond"]
        ran = subprocess.run(command, stdin=source, stdout=output, env=place.environment, timeout=SECONDS, check=False)
    answers = [json.loads(line) for line in (tmp_path / "answered").read_text().splitlines()]
    assert (ran.returncode, [answer["id"] for answer in answers]) == (0, [1, 2])
    assert answers[1]["result"]["shared"] is True


async def test_standalone_serves_alone_and_listens_nowhere(start_alone: Start, place: Place) -> None:
    editor = await (await start_alone(SESSIOND_STANDALONE="1")).begin()
    editor.request(1, "session/list")
    assert (await editor.until(id=1))["result"] == {"sessions": []}
    editor.request(2, "server/status")
    assert (await editor.until(id=2))["result"]["shared"] is False
    assert list(place.runtime.iterdir()) == []


async def test_an_engine_killed_in_a_turn_is_followed_by_one_that_knows_the_session(
    start_alone: Start, place: Place, tmp_path: Path
) -> None:
    (tmp_path / "steps.jsonl").write_text('{"text": "never ends", "delay_ms": 3600000}\n')
    (tmp_path / "config.toml").write_text(
        f'model = "script/any"\n[provider.script]\napi = "scripted"\nscript = "{tmp_path}/steps.jsonl"\n'
    )
    editor = await (await start_alone()).begin()
    editor.request(1, "session/create")
    session_id = (await editor.until(id=1))["result"]["id"]
    editor.request(2, "session/chat", sessionId=session_id, text="Go.")
    await editor.until(method="session/event")
    editor.request(3, "session/get", sessionId=session_id)
    await editor.until(id=3)
    first = place.kill_engine()
    assert (await editor.until(id=2))["error"]["data"] == {"kind": "engineLost"}
    assert (await editor.until(method="session/resync"))["params"] == {"sessionId": session_id}
    editor.request(4, "session/subscribe", sessionId=session_id)
    subscribed = (await editor.until(id=4))["result"]
    assert subscribed["session"]["id"] == session_id
    assert place.engine is not None and place.engine.pid != first
    editor.request(5, "shutdown")
    await editor.until(id=5)
    editor.notify("exit")
    assert await editor.ends() == 0
