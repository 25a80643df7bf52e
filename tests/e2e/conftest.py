"""What every test over the real process starts from: a home for a pipe to the engine of all, and one for all in one.

A test that means something in one of the two only says so: `pytest.mark.parametrize("mode", ["shared"])`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.daemon.home import MODES, Home, Mode, a_home


@pytest.fixture(params=MODES)
def mode(request: pytest.FixtureRequest) -> Mode:
    return request.param


@pytest.fixture
def home(tmp_path: Path, mode: Mode) -> Iterator[Home]:
    with a_home(tmp_path, mode) as home:
        yield home
