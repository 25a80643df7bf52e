"""What the tests of the Neovim plugin start from: both Neovims, a home, and an editor in it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.nvim import VERSIONS, Editor, neovim


@pytest.fixture(scope="session", params=list(VERSIONS))
def binary(request: pytest.FixtureRequest) -> Path:
    """The executable of each Neovim."""
    return neovim(request.param)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


Start = Callable[..., Editor]


@pytest.fixture
def start(binary: Path, home: Home) -> Iterator[Start]:
    """Starts an editor, or several: `start(size=(80, 24), options={…})`. They end with the test."""
    editors: list[Editor] = []

    def begin(**arguments: Any) -> Editor:
        editor = Editor(binary, home, name=f"editor{len(editors)}", **arguments)
        editor.start()
        editors.append(editor)
        return editor

    yield begin
    for editor in editors:
        editor.quit()


@pytest.fixture
def editor(start: Start) -> Editor:
    return start()
