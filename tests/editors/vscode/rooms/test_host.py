"""The extension in the real extension host: what the workbench's own API sees of it, with the real daemon behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.extension import packaged
from support.vscode.host import run_in_host
from support.vscode.installation import Installation
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
FILE = Path(__file__).with_name("host.cjs")
REVIEW = Path(__file__).with_name("review_host.cjs")
REJECTING = Path(__file__).with_name("rejecting_host.cjs")


@pytest.fixture
def bare(installation: Installation, tmp_path: Path) -> Iterator[CodeServer]:
    """Without the package: the extension comes from its sources, which are built when there is a package."""
    packaged(installation)
    with CodeServer(installation, None, Home(tmp_path / "home")) as server:
        yield server


def test_commands_quick_fix_and_pages_work_in_the_extension_host(bare: CodeServer) -> None:
    outcomes = run_in_host(bare, FILE)

    assert {title: outcome for title, outcome in outcomes.items() if outcome != "passed"} == {}
    assert len(outcomes) == 7


def test_changes_are_reviewed_by_commands_over_several_files(bare: CodeServer) -> None:
    bare.home.configure('[permission]\nedit = "allow"\nbash = "allow"\ntask = "allow"\n')
    bare.configure(files__autoSave="off")

    outcomes = run_in_host(bare, REVIEW)

    assert {title: outcome for title, outcome in outcomes.items() if outcome != "passed"} == {}
    assert len(outcomes) == 7


def test_what_is_rejected_by_key_comes_back_as_it_was_and_can_be_undone(bare: CodeServer) -> None:
    bare.home.configure('[permission]\nedit = "allow"\nbash = "allow"\n')
    bare.configure(files__autoSave="off")

    outcomes = run_in_host(bare, REJECTING)

    assert {title: outcome for title, outcome in outcomes.items() if outcome != "passed"} == {}
    assert len(outcomes) == 17
