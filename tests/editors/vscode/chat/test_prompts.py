"""What is said reaches the conversation it was meant for, once, with what goes with it, and is never gone."""

import sys
from pathlib import Path

import pytest

from support.daemon import Home, a_home
from support.vscode.browser import drive
from support.vscode.extension import packaged
from support.vscode.installation import Installation
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("prompts.mjs")


def test_prompts_that_are_sent_at_once_begin_one_session(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "Yes."})

    assert drive(server, SCRIPT, "hurries", pictures) == {"said": ["First this", "Then that"], "sessions": 1}


def test_a_prompt_is_said_differently_with_what_went_with_it(server: CodeServer, home: Home, pictures: Path) -> None:
    home.project.joinpath("chips.py").write_text("x = 1\ny = 2\n")
    home.play({"text": "A file."})

    seen = drive(server, SCRIPT, "repeats", pictures, file="chips.py")

    assert seen == {
        "chip": "chips.py:1-2",
        "shown": {"text": "What is this?", "piece": "chips.py:1-2"},
        "piece": "x = 1\ny = 2",
        "findings": [],
        "again": ["chips.py:1-2"],
        "pieces": 1,
    }


def test_a_prompt_that_the_models_service_has_failed_is_tried_again(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.project.joinpath("tried.py").write_text("x = 1\n")
    home.play({"error": {"kind": "overloaded", "message": "There is no room."}})

    seen = drive(server, SCRIPT, "tries", pictures, file="tried.py", steps=str(home.script_file))

    assert seen == {
        "findings": [],
        "offered": 1,
        "then": 0,
        "said": ["What is this?"] * 3,
        "pieces": ["tried.py:1"] * 3,
    }


def test_a_reason_that_is_being_written_is_there_again_with_its_session(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    run = {"name": "bash", "arguments": {"command": "mkdir -p made"}}
    home.play({"toolCalls": [run]}, {"expect": "Not before noon", "text": "At noon."})

    assert drive(server, SCRIPT, "reasons", pictures) == {"elsewhere": 0, "reason": "Not before"}


def test_what_is_read_stands_still_while_older_messages_come(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "Answered:\n\n```py\nx = 1\n```\n\n- a\n- b\n"})

    seen = drive(server, SCRIPT, "readsUp", pictures, prompts=55)

    assert seen == {"shown": 25, "then": 50, "still": True}


def test_a_slash_offers_what_the_extension_can_do(server: CodeServer, home: Home, pictures: Path) -> None:
    home.play({"text": "?"})

    assert drive(server, SCRIPT, "commands", pictures) == {
        "names": ["new", "sessions", "model", "init", "mcp", "trust"],
        "stays": True,
    }


@pytest.mark.usefixtures("browser")
def test_a_prompt_without_an_engine_is_shown_and_outlives_the_window(
    installation: Installation, tmp_path: Path
) -> None:
    with a_home(tmp_path / "home") as home:
        program = home.place / "bin" / "sometimes"
        program.parent.mkdir()
        real = Path(sys.executable).with_name("sessiond")
        program.write_text(f'#!/bin/sh\n[ -e "{home.place}/broken" ] && exit 1\nexec "{real}" "$@"\n')
        program.chmod(0o755)
        home.play({"text": "Answer."})
        with CodeServer(installation, packaged(installation), home, sessiond__path=str(program)) as server:
            seen = drive(server, SCRIPT, "waits", tmp_path / "pictures")

    assert seen == {"sending": "It took ten minutes", "draft": "It took ten minutes"}
