"""Sessions in a real workbench: tree and quick pick, two windows that see one live, an engine that dies and is back."""

import os
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import MACHINE, CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("sessions.mjs")


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


def test_the_tree_shows_sessions_and_changes_them(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "They are fruit."})

    seen = drive(server, SCRIPT, "tree", pictures)

    assert seen == {
        "listed": ["Tell me about plums", "Tell me about pears", "Tell me about apples"],
        "question": "Delete “Of pears” for good?",
        "empty": 1,
        "found": ["Tell me about plums (fork)", "Tell me about plums"],
    }


def test_a_session_is_found_by_a_word_of_its_answer(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "The word is xylophone."})

    assert drive(server, SCRIPT, "picks", pictures) == "The word is xylophone."


def test_two_windows_see_one_session_live_and_either_may_answer(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play(
        {
            "play": [{"text": "Once upon a time"}, {"waitFor": "story-goes-on"}, {"text": " there was a folder."}],
            "toolCalls": [call("bash", command="mkdir -p told")],
        },
        {"text": "The end."},
    )

    seen = drive(server, SCRIPT, "windows", pictures)

    assert seen == {
        "working": "Begin a long story, works",
        "asking": "Begin a long story, waits for you",
        "bar": "sessiond asks",
        "same": True,
    }


def test_an_engine_that_is_killed_comes_back_and_the_conversation_goes_on(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play({"text": "Half a", "hang": True}, {"text": "Here it is whole."})

    seen = drive(
        server,
        SCRIPT,
        "dies",
        pictures,
        sessiond=MACHINE["sessiond.path"],
        environment=home.environment() | {"PATH": os.environ["PATH"]},
    )

    assert seen == {
        "stopped": "Interrupted: the engine ended in the middle of this turn.",
        "another": True,
        "works": False,
        "answers": "Here it is whole.",
    }
