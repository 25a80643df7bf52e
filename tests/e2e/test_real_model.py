"""Conversations with a real model, served by llama.cpp, through each of the three adapters over the real process.

Asserted are shape and effect, never wording: the models are tiny.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessiond.local.models import QWEN, SMOLLM2
from sessiond.local.state import LocalServer
from support.daemon import Daemon, Home
from support.model_server import KEY_VARIABLE, as_provider, model_server

pytest.importorskip("xllamacpp")
pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.parametrize("mode", ["shared"]),  # models know of no pipe, and take minutes
]

APIS = ["openai-chat", "openai-responses", "anthropic"]
PATIENCE = 240.0
"""Seconds for a turn on a machine that does other things as well."""


@pytest.fixture(scope="module")
def smollm() -> Iterator[LocalServer]:
    with model_server(SMOLLM2) as server:
        yield server


@pytest.fixture(scope="module")
def qwen() -> Iterator[LocalServer]:
    with model_server(QWEN) as server:
        yield server


def daemon_of(home: Home, server: LocalServer, model: str, output: int = 48) -> Daemon:
    """A daemon that knows the server by each API, as `chat`, `responses` and `anthropic`, and with a wrong key."""
    toml = "".join(
        as_provider(server, name + suffix, name, model=model, output=output, variable=variable)
        for name in APIS
        for suffix, variable in (("", KEY_VARIABLE), ("-locked", "WRONG_KEY"))
    )
    home.configure(toml)
    return Daemon(home, environment={KEY_VARIABLE: server.api_key, "WRONG_KEY": "not-the-key"})


@pytest.mark.parametrize("api", APIS)
async def test_two_turns_stream_are_counted_and_kept(home: Home, smollm: LocalServer, api: str) -> None:
    async with daemon_of(home, smollm, "smollm2-135m") as daemon:
        session_id = await daemon.create(model=f"{api}/smollm2-135m")
        first = await daemon.chat(session_id, "Tell me a story about a cat and a dog.", PATIENCE)
        second = await daemon.chat(session_id, "And then?", PATIENCE)

        for result in (first, second):
            assert result["stopReason"] in ("endTurn", "maxTokens"), result
            assert result["usage"]["input"] + result["usage"]["cacheRead"] > 0
            assert result["usage"]["output"] > 0
            assert result["cost"] > 0
            assert result["message"]["parts"][0]["text"]
        state = daemon.state(session_id)
        for started in (event for event in list(state.events) if event["type"] == "part.started"):
            part_id = started["part"]["id"]
            deltas = [event for event in state.events if event["type"] == "part.delta" and event["partId"] == part_id]
            assert len(deltas) > 1, "the answer did not stream"
        assert await daemon.messages(session_id) == state.conversation()
        assert second["usage"]["input"] + second["usage"]["cacheRead"] > first["usage"]["input"]


@pytest.mark.parametrize("api", APIS)
async def test_an_abort_stops_the_models_work(home: Home, smollm: LocalServer, api: str) -> None:
    async with daemon_of(home, smollm, "smollm2-135m", output=3000) as daemon:
        session_id = await daemon.create(model=f"{api}/smollm2-135m")
        chat = daemon.send("chat", {"sessionId": session_id, "text": "Count from one to one thousand, in words."})
        await daemon.event(session_id, "part.delta", PATIENCE)

        asked = time.monotonic()
        await daemon.request("abort", {"sessionId": session_id})
        took = time.monotonic() - asked

        result = await chat.result(PATIENCE)
        assert (result["stopReason"], result["message"]["parts"][0]["text"] != "") == ("aborted", True)
        assert took < 5
        await daemon.lives(1.0)  # what it had begun
        busy = processor_seconds(smollm.pid)
        await daemon.lives(3.0)
        assert processor_seconds(smollm.pid) - busy < 0.3, "the server goes on with an answer that nobody reads"


@pytest.mark.parametrize("api", APIS)
async def test_a_wrong_key_is_told_as_such(home: Home, smollm: LocalServer, api: str) -> None:
    async with daemon_of(home, smollm, "smollm2-135m") as daemon:
        session_id = await daemon.create(model=f"{api}-locked/smollm2-135m")

        result = await daemon.chat(session_id, "Hello.", PATIENCE)

        assert (result["stopReason"], result["error"]["kind"]) == ("error", "authRequired")
        assert "not-the-key" not in str(result)
        assert (await daemon.messages(session_id))[0]["parts"][0]["text"] == "Hello."


@pytest.mark.parametrize("api", APIS)
async def test_a_prompt_that_is_too_long_is_told_as_such(home: Home, smollm: LocalServer, api: str) -> None:
    async with daemon_of(home, smollm, "smollm2-135m") as daemon:
        session_id = await daemon.create(model=f"{api}/smollm2-135m")

        result = await daemon.chat(session_id, "One more word. " * 3000, PATIENCE)

        assert (result["stopReason"], result["error"]["kind"]) == ("error", "contextOverflow")
        again = await daemon.request("chat", {"text": "Hello.", "model": f"{api}/smollm2-135m"}, PATIENCE)
        assert again["stopReason"] in ("endTurn", "maxTokens")


@pytest.mark.parametrize("api", APIS)
async def test_a_turn_reads_a_file_and_answers_from_it(home: Home, qwen: LocalServer, api: str) -> None:
    (home.project / "notes.txt").write_text("The launch code is MAPLE-42.\n")
    async with daemon_of(home, qwen, "qwen2.5-coder-1.5b", output=200) as daemon:
        session_id = await daemon.create(model=f"{api}/qwen2.5-coder-1.5b")

        result = await daemon.chat(
            session_id, "Read the file notes.txt and tell me the launch code.", PATIENCE, maxSteps=4
        )

        calls = [
            part
            for message in daemon.state(session_id).conversation()
            for part in message["parts"]
            if part["type"] == "tool" and part["state"]["status"] == "completed"
        ]
        assert [call["name"] for call in calls][:1] == ["read"]
        assert "MAPLE-42" in calls[0]["state"]["output"]
        assert "MAPLE-42" in "".join(part.get("text", "") for part in result["message"]["parts"])


def processor_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / 100
