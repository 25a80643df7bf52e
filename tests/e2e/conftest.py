"""What every test over the real process starts from."""

from pathlib import Path

import pytest

from support.daemon import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)
