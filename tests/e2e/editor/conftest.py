"""A project with a file to open, and a model that may do everything."""

from pathlib import Path

import pytest

from support.daemon import Home


@pytest.fixture
def notes(home: Home) -> Path:
    home.configure('[permission]\n"*" = "allow"\n')
    path = home.project.resolve() / "notes.txt"
    path.write_text("one\ntwo\nthree\n")
    return path
