"""One workbench server for the tests of a module; each test opens a window of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.extension import packaged
from support.vscode.installation import Installation, chromium, installed
from support.vscode.server import CodeServer


@pytest.fixture(scope="session")
def installation() -> Installation:
    if chromium() is None:
        pytest.skip("no chromium on this machine; SESSIOND_TEST_CHROMIUM may name one")
    return installed()


@pytest.fixture(scope="module")
def server(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    home = Home(tmp_path_factory.mktemp("home"))
    with CodeServer(installation, packaged(installation), home) as server:
        yield server


@pytest.fixture
def home(server: CodeServer) -> Home:
    return server.home


@pytest.fixture
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / "pictures"
