"""What every test of a client's editor starts from."""

from pathlib import Path

import pytest


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path.resolve() / "a b é.txt"
    file.write_text("one\ntwo\n")
    return file
