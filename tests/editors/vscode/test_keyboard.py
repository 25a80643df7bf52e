"""The chat without a mouse and without eyes: each step by a key, the focus never lost, and what is said aloud."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("keyboard.mjs")


def test_all_of_the_chat_works_by_keyboard_and_says_what_happens(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.project.joinpath("notes.txt").write_text("one\n")
    home.configure("[provider.script.models.any]\ncontext = 200000\n[provider.script.models.other]\ncontext = 200000\n")
    run = {"name": "bash", "arguments": {"command": "mkdir -p made && echo one two"}}
    home.play(
        {"text": "?"},
        {"expect": "Make it", "text": "I make it.", "toolCalls": [run]},
        {"expect": "one two", "text": "It is made. ", "repeat": 3},
        {"expect": "Count", "text": "One, two", "hang": True},
        {"expect": "Fail", "error": {"kind": "invalidRequest", "message": "No such thing."}},
    )

    seen = drive(server, SCRIPT, "works", pictures)

    assert seen == {
        "opened": "Prompt",
        "answered": "Prompt",
        "folded": [True, False],
        "changed": "Change",
        "queue": ["steer: then that", "queue: then this"],
        "stopped": "Prompt",
        "withdrawn": ["Change", "Prompt"],
        "models": ["The configured model", "any", "other"],
        "again": ["The configured model", "used last: any", "all others: other"],
        "chosen": "Prompt",
        "editor": True,
        "back": "Prompt",
        "said": [
            "I make it.",
            "Permission is asked: mkdir -p made && echo one two",
            "It is made. It is made. It is made.",
            "Done.",
            "One, two",
            "Stopped.",
            "The turn has failed: No such thing.",
        ],
    }
