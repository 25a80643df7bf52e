"""Where the chat works: with several folders, without trust, without an engine; which conversations it hears."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.daemon import a_home
from support.vscode.browser import drive
from support.vscode.extension import packaged
from support.vscode.host import run_in_host
from support.vscode.installation import Installation
from support.vscode.server import MACHINE, CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("workspaces.mjs")


def call(name: str, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments}


@contextmanager
def served(installation: Installation, place: Path, opens: str, **options: Any) -> Generator[CodeServer]:
    """A server of its own, whose windows open what is named, in the home."""
    package = packaged(installation)
    with (
        a_home(place) as home,
        CodeServer(installation, package, home, opens=home.place / opens, **options) as server,
    ):
        yield server


@pytest.mark.usefixtures("browser")
def test_a_session_works_in_the_folder_of_the_editor_or_in_the_one_that_was_chosen(
    installation: Installation, tmp_path: Path, pictures: Path
) -> None:
    with served(installation, tmp_path / "home", "both.code-workspace") as server:
        home = server.home
        for folder, text in (("api", "def serve():\n    pass\n"), ("web", "def draw():\n    pass\n")):
            home.place.joinpath(folder).mkdir()
            home.place.joinpath(folder, "main.py").write_text(text)
        folders = {"folders": [{"path": "api"}, {"path": "web"}]}
        home.place.joinpath("both.code-workspace").write_text(json.dumps(folders))
        home.play(
            {"toolCalls": [call("read", filePath="main.py")]},
            {"toolCalls": [call("edit", filePath="main.py", oldString="pass", newString="return 1")]},
            {"text": "Done, see `main.py:2`"},
            {"expect": "Look at this", "text": "Done."},
        )

        seen = drive(server, SCRIPT, "folders", pictures)

        assert seen == {
            "attached": str(home.place / "api/main.py"),
            "heading": "main.py",
            "opened": "web main.py",
            "rows": ["Look at this, api", "Change it like, web"],
        }
        assert home.place.joinpath("web/main.py").read_text() == "def draw():\n    return 1\n"
        assert home.place.joinpath("api/main.py").read_text() == "def serve():\n    pass\n"


@pytest.mark.usefixtures("browser")
def test_settings_of_a_workspace_count_from_the_moment_that_it_is_trusted(
    installation: Installation, tmp_path: Path, pictures: Path
) -> None:
    trust = {
        "security__workspace__trust__enabled": True,
        "security__workspace__trust__startupPrompt": "never",
        "security__workspace__trust__banner": "never",
    }
    with served(installation, tmp_path / "home", "project", trusting=False, **trust) as server:
        home = server.home
        program = home.place / "of-the-project"
        program.write_text(f'#!/bin/sh\necho "$$" >> {home.place}/started\nexec {MACHINE["sessiond.path"]}\n')
        program.chmod(0o755)
        home.project.joinpath(".vscode").mkdir()
        home.project.joinpath(".vscode/settings.json").write_text(
            json.dumps({"sessiond.path": str(program), "sessiond.environment": {"WHOSE": "the project's"}})
        )
        home.play({"toolCalls": [call("bash", command='echo "whose: $WHOSE"')]}, {"text": "Said."})

        seen = drive(server, SCRIPT, "trusts", pictures)

        assert seen == {
            "line": "Not trusted: settings of this workspace for the engine have no effect. Trust…",
            "before": "whose:",
            "startedBefore": False,
            "after": "whose: the project's",
            "startedAfter": True,
            "findings": [],
        }


@pytest.mark.usefixtures("browser")
def test_an_engine_that_cannot_be_used_is_said_with_the_ways_out(
    installation: Installation, tmp_path: Path, pictures: Path
) -> None:
    with served(installation, tmp_path / "home", "project", sessiond__path="") as server:
        home = server.home
        methods = {"capabilities": {"experimental": {"sessiond": {"methods": ["session/list"]}}}}
        old = json.dumps({"jsonrpc": "2.0", "id": 0, "result": methods | {"serverInfo": {"version": "0.0.1"}}})
        programs = {
            "ends": 'echo "no storage can be opened" >&2; exit 3',
            "talks": 'echo "hello there"; exec sleep 60',
            "old": f"printf 'Content-Length: {len(old)}\\r\\n\\r\\n%s' '{old}'; exec sleep 60",
        }
        for name, script in programs.items():
            home.place.joinpath(name).write_text(f"#!/bin/sh\n{script}\n")
            home.place.joinpath(name).chmod(0o755)

        home.project.joinpath("asked.py").write_text("x = 1\n")

        seen = drive(server, SCRIPT, "missing", pictures, sessiond=MACHINE["sessiond.path"], file="asked.py")

        place = home.place
        assert seen == {
            "none": "The engine sessiond is not installed, or not where this editor looks for programs.",
            "asked": "Explain this code: what it does, and why it is written so.",
            "chip": "asked.py:1",
            "wrong": f"There is no program at “{place}/nowhere”, where the setting sessiond.path says that "
            "the engine is.",
            "ends": "The engine ended (code 3): no storage can be opened",
            "talks": f"{place}/talks is no sessiond engine: it said “hello there”.",
            "old": f"The engine 0.0.1 at {place}/old is too old for this extension: it lacks session/create and more.",
            "ways": ["Install…", "Choose the program…", "Try again", "Show log"],
            "answer": "Hello.",
            "findings": [],
        }


@pytest.mark.usefixtures("browser")
def test_the_chat_is_seen_where_the_setting_puts_it(installation: Installation, tmp_path: Path, pictures: Path) -> None:
    with served(installation, tmp_path / "home", "project") as server:
        server.home.project.joinpath("notes.txt").write_text("one\n")
        server.home.play({"text": "I am."})

        seen = drive(server, SCRIPT, "moves", pictures, file="notes.txt", program=MACHINE["sessiond.path"])

        assert seen == [["auxiliarybar", 1], ["sidebar", 1]]


@pytest.mark.usefixtures("browser")
def test_a_conversation_that_rests_is_not_listened_to_for_ever(installation: Installation, tmp_path: Path) -> None:
    packaged(installation)
    with a_home(tmp_path / "home") as home, CodeServer(installation, None, home) as server:
        outcomes = run_in_host(server, Path(__file__).with_name("resting.cjs"))

    assert list(outcomes.values()) == ["passed"]
