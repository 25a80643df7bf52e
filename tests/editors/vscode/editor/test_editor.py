"""What the engine hears of this editor and may ask of it, and what a prompt mentions: in the real extension host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon import a_home
from support.mcp.servers import settings
from support.vscode.browser import SUPPORT
from support.vscode.extension import packaged
from support.vscode.host import run_in_host
from support.vscode.installation import Installation
from support.vscode.server import MACHINE, CodeServer

pytestmark = pytest.mark.slow
FILES = sorted(Path(__file__).parent.glob("*.cjs"))


@pytest.fixture
def overheard(installation: Installation, tmp_path: Path) -> Iterator[CodeServer]:
    """The engine is the real one, and what it could ask of the editor can be asked: see overheard_engine.mjs."""
    packaged(installation)
    with a_home(tmp_path / "home") as home:
        letters = [str(installation.node), str(Path(__file__).with_name("letters_server.mjs"))]
        home.configure(settings({"letters": letters}, '[permission]\nedit = "allow"\n'))
        program = home.place / "overheard-sessiond"
        between = [installation.node, SUPPORT / "overheard_engine.mjs", MACHINE["sessiond.path"]]
        program.write_text(
            "#!/bin/sh\nexec " + " ".join(f"'{each}'" for each in between) + f" '{home.place}/overheard'\n"
        )
        program.chmod(0o755)
        # A browser's workbench saves by itself a second after an edit; then nothing stays unsaved, and a file that
        # is renamed meanwhile is open under both names for a moment.
        with CodeServer(installation, None, home, sessiond__path=str(program), files__autoSave="off") as server:
            yield server


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_editor_and_the_engine_agree(overheard: CodeServer, file: Path) -> None:
    outcomes = run_in_host(overheard, file)

    assert {title: outcome for title, outcome in outcomes.items() if outcome != "passed"} == {}
    assert outcomes
