"""All of this is about the engine that clients share."""

import pytest

from support.daemon.home import Mode


@pytest.fixture
def mode() -> Mode:
    return "shared"
