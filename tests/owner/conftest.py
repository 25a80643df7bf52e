"""Places for engines of the background, and what ends them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.pipe.place import Place, a_place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path) as place:
        yield place
