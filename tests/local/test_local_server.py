"""The local model's server: private, found by its lock, gone when it is stopped or its parent ends."""

import json
import os
import select
import signal
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from sessiond.local.models import QWEN, SMOLLM2
from sessiond.local.server import LocalFailed, spawn, start, stop, wait_until_ready
from sessiond.local.state import LocalServer, local_server, read_state, state_file, write_state
from sessiond.local.weights import pull
from support.model_server import model_server, weights_folder


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("SESSIOND_DATA_DIR", str(tmp_path))
    yield tmp_path
    stop()


def test_a_state_without_a_living_server_counts_for_nothing(data: Path) -> None:
    state_file().parent.mkdir()
    write_state(state_file(), LocalServer("http://127.0.0.1:1/v1", "key", "smollm2", 1, os.getpid()))

    assert local_server() is None
    assert stop() is False


def test_weights_that_are_none_end_in_a_sentence(data: Path) -> None:
    pytest.importorskip("xllamacpp")
    broken = data / SMOLLM2.file
    broken.write_bytes(b"GGUF but not really")

    with pytest.raises(LocalFailed, match="did not start") as caught:
        start(SMOLLM2, folder=data)

    assert "Traceback" not in caught.value.message
    assert local_server() is None


@pytest.mark.model
def test_it_is_started_once_found_by_others_and_stopped(data: Path) -> None:
    folder = pull(SMOLLM2, lambda what, done, total: None, weights_folder()).parent

    server = start(SMOLLM2, folder=folder)

    assert start(SMOLLM2, folder=folder) == server == local_server()
    assert server.base_url.startswith("http://127.0.0.1:")
    assert stat.S_IMODE(state_file().stat().st_mode) == 0o600
    assert stop()
    assert local_server() is None
    assert not state_file().exists()


@pytest.mark.model
def test_a_killed_one_is_not_taken_for_running(data: Path) -> None:
    folder = pull(SMOLLM2, lambda what, done, total: None, weights_folder()).parent
    server = start(SMOLLM2, folder=folder)

    ended = os.pidfd_open(server.pid)
    os.kill(server.pid, signal.SIGKILL)
    assert select.select([ended], [], [], 30)[0]
    os.close(ended)

    assert local_server() is None
    assert start(SMOLLM2, folder=folder).pid != server.pid


@pytest.mark.model
def test_it_ends_when_nobody_asks_it_anything(data: Path) -> None:
    folder = pull(SMOLLM2, lambda what, done, total: None, weights_folder()).parent

    server = start(SMOLLM2, folder=folder, idle_minutes=0.01)

    ended = os.pidfd_open(server.pid)
    assert select.select([ended], [], [], 60)[0]
    os.close(ended)
    assert local_server() is None


@pytest.mark.model
def test_it_ends_with_the_process_that_holds_its_input(tmp_path: Path) -> None:
    pull(SMOLLM2, lambda what, done, total: None, weights_folder())
    child = spawn(SMOLLM2, tmp_path / "server.json", log=subprocess.DEVNULL, until_eof=True, folder=weights_folder())
    wait_until_ready(child, os.devnull)
    assert read_state(tmp_path / "server.json")

    assert child.stdin
    child.stdin.close()

    assert child.wait(30) == 0
    assert read_state(tmp_path / "server.json") is None


@pytest.mark.model
def test_only_the_key_opens_it() -> None:
    with model_server(SMOLLM2) as server:
        request = urllib.request.Request(
            f"{server.base_url}/chat/completions", b"{}", {"Authorization": "Bearer wrong"}
        )
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=30)
        assert caught.value.code == 401
        caught.value.close()


READ = {
    "type": "object",
    "properties": {"filePath": {"type": "string", "description": "The file to read"}},
    "required": ["filePath"],
}
SYSTEM = (files("sessiond_prompts") / "system" / "small.md").read_text()
QUESTION = "Which Python version does this project need? Read pyproject.toml."
TOOL_OUTPUT = '     1| [project]\n     2| name = "toy"\n     3| requires-python = ">=3.11"\n'


def ask(server: LocalServer, path: str, body: dict) -> dict:
    headers = {"Authorization": f"Bearer {server.api_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{server.base_url}/{path}", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=200) as response:
        return json.load(response)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_our_template_makes_proper_tool_calls_in_all_three_apis() -> None:
    """And after the tool's result an answer in words, which the template asks for."""
    function = {"name": "read", "description": "Reads a file.", "parameters": READ}
    with model_server(QWEN) as server:
        chat: list[dict] = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": QUESTION}]
        body = {"messages": chat, "tools": [{"type": "function", "function": function}], "temperature": 0}
        message = ask(server, "chat/completions", body)["choices"][0]["message"]
        [call] = message["tool_calls"]
        assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == (
            "read",
            {"filePath": "pyproject.toml"},
        )
        chat += [message, {"role": "tool", "tool_call_id": call["id"], "content": TOOL_OUTPUT}]
        answer = ask(server, "chat/completions", body)["choices"][0]
        assert answer["finish_reason"] == "stop"
        assert "3.11" in answer["message"]["content"]

        responses = {
            "instructions": SYSTEM,
            "input": QUESTION,
            "tools": [{"type": "function", **function}],
            "temperature": 0,
        }
        [item] = ask(server, "responses", responses)["output"]
        assert (item["type"], item["name"]) == ("function_call", "read")
        assert json.loads(item["arguments"]) == {"filePath": "pyproject.toml"}

        tool = {"name": "read", "description": "Reads a file.", "input_schema": READ}
        prompt = [{"role": "user", "content": QUESTION}]
        anthropic = {"system": SYSTEM, "messages": prompt, "tools": [tool], "temperature": 0, "max_tokens": 300}
        [block] = ask(server, "messages", anthropic)["content"]
        assert (block["type"], block["name"]) == ("tool_use", "read")
        assert block["input"] == {"filePath": "pyproject.toml"}


def test_the_serving_process_needs_no_model_to_show_its_options() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sessiond.local.serve", "--help"], capture_output=True, text=True, check=True
    )

    assert "--until-eof" in shown.stdout
