"""Sessions in a real workbench: found, opened and changed in the tree and the quick pick."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("sessions.mjs")


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
