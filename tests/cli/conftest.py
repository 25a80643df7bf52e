"""Homes for commands: with the engine of all in the background, as people have it, or with one in each command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.client.engines import end_engine, runtime_directory
from support.daemon.home import Home


class CommandHome(Home):
    def __init__(self, place: Path, runtime: Path, *, standalone: bool) -> None:
        self._of_engine = {"SESSIOND_RUNTIME_DIR": str(runtime), "SESSIOND_STANDALONE": "1" if standalone else ""}
        super().__init__(place)

    def environment(self) -> dict[str, str]:
        return super().environment() | self._of_engine


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    yield from _home(tmp_path, standalone=False)


@pytest.fixture(params=["shared", "standalone"])
def either_home(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Home]:
    """For what must be the same in both."""
    yield from _home(tmp_path, standalone=request.param == "standalone")


@pytest.fixture
def standalone_home(tmp_path: Path) -> Iterator[Home]:
    yield from _home(tmp_path, standalone=True)


@pytest.fixture
def other_home(tmp_path: Path) -> Iterator[Home]:
    """Another machine, so to speak."""
    yield from _home(tmp_path / "other", standalone=False)


def _home(place: Path, *, standalone: bool) -> Iterator[Home]:
    with runtime_directory() as runtime:
        home = CommandHome(place, runtime, standalone=standalone)
        yield home
        end_engine(home.data)
