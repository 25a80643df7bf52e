"""A conversation outlives its engine and its window, and two windows see it live: nothing is lost or doubled."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("chat_recovery.mjs")


def test_the_panel_goes_on_where_it_was_when_its_engine_has_been_killed(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play(
        {"text": "?"},
        {"expect": "Begin", "text": "Before."},
        {"expect": "Count", "play": [{"text": "One."}, {"waitFor": "never"}]},
        {"expect": "Go on", "text": "After."},
    )

    seen = drive(server, SCRIPT, "dies", pictures)

    said = ["Begin", "Before.", "Count", "One.", "Go on", "After."]
    assert seen == {
        "another": True,
        "notice": "Interrupted: the engine ended in the middle of this turn.",
        "findings": [],
        "shown": said,
        "afterReload": said,
    }


def test_a_window_that_is_loaded_again_goes_on_in_the_middle_of_an_answer(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.play({"play": [{"text": "First half. "}, {"waitFor": "second-half"}, {"text": "Second half."}]})

    assert drive(server, SCRIPT, "reloads", pictures) == ["Begin", "First half. Second half."]


def test_two_windows_see_one_session_live_and_either_may_answer(server: CodeServer, home: Home, pictures: Path) -> None:
    call = {"name": "bash", "arguments": {"command": "mkdir shared"}}
    home.play(
        {"text": "?"},
        {
            "expect": "Share this",
            "play": [{"text": "First half."}, {"waitFor": "both-look"}, {"toolCalls": [call]}],
        },
        {"expect": "From the second", "text": "Both see it."},
        {"expect": "no output", "text": "Second half."},
    )

    seen = drive(server, SCRIPT, "shares", pictures)

    said = ["Share this", "First half.", "Second half.", "From the second", "Both see it."]
    assert seen == {
        "working": "Share this, works",
        "asking": "Share this, waits for you",
        "bar": "sessiond asks",
        "gone": 0,
        "first": said,
        "second": said,
    }
