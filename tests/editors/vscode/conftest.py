"""One workbench server for the tests of a module; each test opens a window of its own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon import Home, a_home
from support.vscode.extension import packaged
from support.vscode.installation import Installation, chromium, installed
from support.vscode.server import CodeServer

HERE = Path(__file__).parent
TEST_SECONDS = 120


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is installed once for a machine is not counted as time of the first test."""
    for item in items:
        if item.path.is_relative_to(HERE) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(TEST_SECONDS, func_only=True))


@pytest.fixture(scope="session")
def installation() -> Installation:
    """Node, code-server and what drives it, installed with pip and npm."""
    return installed()


@pytest.fixture(scope="session")
def browser() -> str:
    if found := chromium():
        return found
    reason = "there is no chromium (Debian has `chromium-headless-shell`; SESSIOND_TEST_CHROMIUM may name another)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def server(browser: str, installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    """Over the shared engine, as people have it."""
    package = packaged(installation)
    with a_home(tmp_path_factory.mktemp("home")) as home, CodeServer(installation, package, home) as server:
        yield server


@pytest.fixture
def home(server: CodeServer) -> Home:
    return server.home


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    return tmp_path / "pictures"
