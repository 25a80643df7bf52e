"""Here the engine is the one that all windows share, as people have it; it is gone with the last test of a module."""

from collections.abc import Iterator

import pytest

from support.daemon.home import a_home
from support.vscode.extension import packaged
from support.vscode.installation import Installation
from support.vscode.server import CodeServer


@pytest.fixture(scope="module")
def server(browser: str, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    with (
        a_home(tmp_path_factory.mktemp("home")) as home,
        CodeServer(installation, packaged(installation), home) as server,
    ):
        yield server
