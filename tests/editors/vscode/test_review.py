"""The agent's changes in a real workbench: in open documents, hunk by hunk, a turn's at once, and taken back again."""

from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("review.mjs")

LINES = [f"line {number}" for number in range(1, 31)]
THEMES = {
    "light": "Default Light Modern",
    "dark": "Default Dark Modern",
    "contrast": "Default High Contrast",
}
GREETINGS = '''"""Greetings for people of all countries."""

NAMES = ["Ada", "Grace"]


def greet(name):
    # only English so far
    return "Hello, " + name


def old_greet(name):
    return "Hi " + name


def main():
    for name in NAMES:
        print(greet(name))
'''


def edit(file: str, old: str, new: str) -> dict[str, Any]:
    return {"name": "edit", "arguments": {"filePath": file, "oldString": old, "newString": new}}


def read(file: str) -> dict[str, Any]:
    return {"name": "read", "arguments": {"filePath": file}}


@pytest.fixture(autouse=True)
def _edits_are_allowed_and_nothing_is_saved_by_itself(server: CodeServer, home: Home) -> None:
    home.configure('[permission]\nedit = "allow"\n')
    server.configure(files__autoSave="off")


def test_an_edit_of_a_document_with_unsaved_text_is_seen_made_and_undone(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.project.joinpath("open.txt").write_text("\n".join(LINES) + "\n")
    home.play(
        {"toolCalls": [read("open.txt")]},
        {"requires": ["unsaved words"], "toolCalls": [edit("open.txt", "line 5\n", "line five\n")]},
        {"text": "Done."},
    )

    seen = drive(server, SCRIPT, "unsaved", pictures, file="open.txt")

    assert seen == {
        "edited": True,
        "lens": ["Accept", "Reject", "1 removed line"],
        "undone": True,
        "lenses": 0,
        "again": 3,
    }
    assert home.project.joinpath("open.txt").read_text() == "\n".join(LINES) + "\n"


def test_hunks_are_accepted_and_rejected_one_by_one(server: CodeServer, home: Home, pictures: Path) -> None:
    file = home.project / "hunks.txt"
    file.write_text("\n".join(LINES) + "\n")
    home.play(
        {"toolCalls": [read("hunks.txt")]},
        {"toolCalls": [edit("hunks.txt", "line 3\n", "line three\n")]},
        {"toolCalls": [edit("hunks.txt", "line 9\n", "line nine\n")]},
        {"toolCalls": [edit("hunks.txt", "line 15\n", "")]},
        {"text": "Done."},
    )

    seen = drive(server, SCRIPT, "hunks", pictures, file="hunks.txt")

    assert seen == {"hunks": "1 of 3", "afterReload": 1, "left": 0}
    wanted = [line.replace("line 3", "line three") if line == "line 3" else line for line in LINES if line != "line 15"]
    assert file.read_text().splitlines() == wanted


def test_windows_that_come_or_are_loaded_again_in_a_turn_have_all_of_it_to_review(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.project.joinpath("joined.txt").write_text("\n".join(LINES) + "\n")
    home.play(
        {"toolCalls": [read("joined.txt")]},
        {"toolCalls": [edit("joined.txt", "line 3\n", "line three\n")]},
        {
            "play": [
                {"waitFor": "away"},
                {"toolCalls": [edit("joined.txt", "line 9\n", "line nine\n")]},
            ]
        },
        {"toolCalls": [edit("joined.txt", "line 15\n", "line fifteen\n")]},
        {"text": "All done."},
    )

    seen = drive(server, SCRIPT, "joins", pictures, file="joined.txt", last="line fifteen")

    assert seen == [3, 3]


def test_by_key_the_change_at_the_cursor_is_taken_and_a_deleted_file_is_one(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    home.configure('[permission]\nedit = "allow"\nbash = "allow"\n')
    changed, deleted = home.project / "keys.txt", home.project / "keys_deleted.txt"
    for file in (changed, deleted):
        file.write_text("\n".join(LINES) + "\n")
    home.play(
        {"toolCalls": [read("keys.txt")]},
        {"toolCalls": [edit("keys.txt", "line 3\n", "line three\n")]},
        {"toolCalls": [{"name": "bash", "arguments": {"command": "rm keys_deleted.txt", "description": "Deletes"}}]},
        {"text": "Done."},
    )

    seen = drive(server, SCRIPT, "keys", pictures, file=changed.name, deleted=deleted.name)

    assert seen == {
        "said": "No change at the cursor. Alt+J goes to the next one.",
        "far": True,
        "rejected": True,
        "undone": True,
    }
    assert not deleted.exists()


def test_a_turn_is_seen_at_once_and_taken_back_after_a_preview(server: CodeServer, home: Home, pictures: Path) -> None:
    for name in ("one.txt", "two.txt"):
        home.project.joinpath(name).write_text("before\n")
    home.play(
        {"toolCalls": [read("one.txt"), read("two.txt")]},
        {"toolCalls": [edit("one.txt", "before", "after"), edit("two.txt", "before", "after")]},
        {"text": "Both are done."},
    )

    seen = drive(server, SCRIPT, "turn", pictures)

    assert seen == {
        "files": ["one.txt", "two.txt"],
        "offered": "Take back 4 messages and restore 2 files",
        "listed": ["one.txt", "two.txt"],
        "preview": ["one.txt", "two.txt"],
        "prompt": "Change both",
        "broughtBack": "Both are done.",
    }
    assert [home.project.joinpath(name).read_text() for name in ("one.txt", "two.txt")] == ["after\n", "after\n"]


def test_what_is_mentioned_becomes_a_chip_that_can_be_removed(server: CodeServer, home: Home, pictures: Path) -> None:
    home.project.joinpath("src").mkdir(exist_ok=True)
    home.project.joinpath("src/mentioned.py").write_text("answer = 42\n")
    home.play({"requires": ["src/mentioned.py", "answer = 42"], "text": "It is forty-two."})

    seen = drive(server, SCRIPT, "mentions", pictures, file="mentioned.py")

    assert seen == {"first": "mentioned.py", "chips": ["mentioned.py", "mentioned.py:1"], "answer": "It is forty-two."}


@pytest.mark.parametrize("theme", THEMES)
def test_marks_can_be_read_in_each_theme(server: CodeServer, home: Home, pictures: Path, theme: str) -> None:
    name = f"greetings_{theme}.py"
    home.project.joinpath(name).write_text(GREETINGS)
    home.play(
        {"toolCalls": [read(name)]},
        {
            "toolCalls": [
                edit(
                    name,
                    '    # only English so far\n    return "Hello, " + name\n',
                    '    language = language_of(name)\n    return f"{HELLO[language]}, {name}!"\n',
                )
            ]
        },
        {"toolCalls": [edit(name, '\n\ndef old_greet(name):\n    return "Hi " + name\n', "")]},
        {"toolCalls": [edit(name, "NAMES = ", 'HELLO = {"en": "Hello", "de": "Hallo"}\nNAMES = ')]},
        {"text": "Done."},
    )
    server.configure(files__autoSave="off", workbench__colorTheme=THEMES[theme])

    assert drive(server, SCRIPT, "marks", pictures, file=name, theme=theme) == {"hunks": 3}
