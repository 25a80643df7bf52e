"""The examples of the documents work as they stand: settings validate, JSON parses, the shell session runs."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from sessiond.config.settings import Settings
from sessiond_protocol import schema
from support.tree import read, tracked_files

DOCUMENTS = [name for name in tracked_files() if name.endswith(".md") and not name.startswith(("prompts/", "tests/"))]


def blocks(language: str) -> list[tuple[str, str]]:
    """The code blocks of a language in all documents, each with the document's name."""
    pattern = re.compile(rf"^```{language}\n(.*?)^```", re.DOTALL | re.MULTILINE)
    return [(name, block) for name in DOCUMENTS for block in pattern.findall(read(name))]


@pytest.mark.parametrize(("name", "block"), blocks("toml"))
def test_examples_of_settings_validate(name: str, block: str) -> None:
    Settings.model_validate(tomllib.loads(block))


@pytest.mark.parametrize(("name", "block"), blocks("json"))
def test_examples_of_json_parse(name: str, block: str) -> None:
    """As one value, or as one value a line."""
    try:
        json.loads(block)
    except json.JSONDecodeError:
        assert [json.loads(line) for line in block.splitlines()]


def environment(home: Path) -> dict[str, str]:
    """A home in which a script plays the model, and the commands of this installation."""
    home.joinpath("steps.jsonl").write_text('{"text": "Hello, hallo, bonjour."}\n')
    config = home / "config.toml"
    config.write_text(f'model = "script/any"\n[provider.script]\napi = "scripted"\nscript = "{home / "steps.jsonl"}"\n')
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SESSIOND_CONFIG": str(config),
        "SESSIOND_DATA_DIR": str(home / "data"),
    }


@pytest.mark.parametrize(("name", "block"), [example for example in blocks("sh") if "printf" in example[1]])
def test_talking_by_hand_works_as_shown(name: str, block: str, tmp_path: Path) -> None:
    spoken = subprocess.run(
        ["sh", "-c", block],
        env=environment(tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    messages = [json.loads(line) for line in spoken.stdout.splitlines()]

    events = [event["type"] for message in messages if "method" in message for event in message["params"]["events"]]
    assert messages[0]["id"] == 1
    assert events[-1] == "turn.ended" or events[-2:] == ["turn.ended", "status"]
    for message in messages[1:-1]:
        assert_fits("SessionEvents", message["params"])
    answer = next(message["result"] for message in messages if message.get("id") == 2)
    assert answer["message"]["parts"][0]["text"] == "Hello, hallo, bonjour."
    assert answer["stopReason"] == "endTurn"
    assert_fits("ChatResult", answer)


def assert_fits(name: str, value: object) -> None:
    """What a daemon has really sent fits the committed schema."""
    definitions = json.loads(schema.read("schema.json"))["$defs"]
    Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": definitions}).validate(value)
