"""Where an engine and its clients meet: made for the user alone, refused where others could come."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sessiond.owner.places import absolute, data_directory, meeting_place
from sessiond.owner.unavailable import EngineUnavailable
from support.pipe.place import Place

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory away")
FALLBACK = f"/tmp/sessiond-{os.geteuid()}"


@pytest.fixture(autouse=True)
def data(place: Place) -> Iterator[Path]:
    place.data.mkdir()
    yield place.data


def met_in(environment: Mapping[str, str], data: Path) -> str:
    return os.path.dirname(meeting_place(environment, str(data)))


def refused(environment: Mapping[str, str], data: Path) -> str:
    with pytest.raises(EngineUnavailable) as refusal:
        meeting_place(environment, str(data))
    assert refusal.value.kind == "engineUnavailable"
    assert "SESSIOND_RUNTIME_DIR" in refusal.value.message
    return refusal.value.message


def test_a_named_runtime_directory_comes_first_and_is_made_for_the_user_alone(place: Place, data: Path) -> None:
    named = place.runtime / "deep" / "er"
    environment = {"SESSIOND_RUNTIME_DIR": str(named), "XDG_RUNTIME_DIR": str(place.runtime)}
    assert met_in(environment, data) == str(named)
    assert stat.S_IMODE(named.stat().st_mode) == 0o700


def test_else_it_is_that_of_the_login(place: Place, data: Path) -> None:
    assert met_in({"XDG_RUNTIME_DIR": str(place.runtime)}, data) == str(place.runtime / "sessiond")


@pytest.mark.parametrize("base", ["", "relative", "/does/not/exist", "/dev/null"])
def test_without_one_there_is_a_place_that_no_shell_changes(base: str, data: Path, tmp_path: Path) -> None:
    assert met_in({"XDG_RUNTIME_DIR": base, "TMPDIR": str(tmp_path)}, data) == FALLBACK


def test_one_of_the_login_that_is_too_deep_is_passed_over(data: Path, tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    assert met_in({"XDG_RUNTIME_DIR": str(deep)}, data) == FALLBACK


def test_a_named_one_that_is_too_deep_is_refused(data: Path, tmp_path: Path) -> None:
    assert "too long" in refused({"SESSIOND_RUNTIME_DIR": str(tmp_path / ("x" * 90))}, data)


def test_one_that_others_may_enter_is_refused_and_left_as_it_is(place: Place, data: Path) -> None:
    place.runtime.chmod(0o750)
    assert f"chmod 700 {place.runtime}" in refused({"SESSIOND_RUNTIME_DIR": str(place.runtime)}, data)
    assert stat.S_IMODE(place.runtime.stat().st_mode) == 0o750


def test_a_link_in_its_place_is_refused(place: Place, data: Path) -> None:
    link = place.runtime / "link"
    link.symlink_to(place.runtime)
    assert "belongs to another user, or is none" in refused({"SESSIOND_RUNTIME_DIR": str(link)}, data)


def test_a_file_in_its_place_is_refused(place: Place, data: Path) -> None:
    (place.runtime / "file").write_text("")
    assert "cannot be made" in refused({"SESSIOND_RUNTIME_DIR": str(place.runtime / "file")}, data)


@ROOT_ONLY
def test_one_of_another_user_is_refused(place: Place, data: Path) -> None:
    os.chown(place.runtime, 65534, 65534)
    assert "belongs to another user" in refused({"SESSIOND_RUNTIME_DIR": str(place.runtime)}, data)
    assert "Unset it" in refused({"XDG_RUNTIME_DIR": str(place.runtime)}, data)


def test_every_data_directory_has_a_place_of_its_own_whatever_its_path(
    place: Place, data: Path, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "alias").symlink_to(data)
    places = [meeting_place(place.environment, str(tmp_path / name)) for name in ("data", "other", "alias")]
    assert places[0] == places[2] != places[1]


def test_named_paths_mean_the_same_in_another_working_directory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/someone")
    given = {
        "SESSIOND_DATA_DIR": "data",
        "SESSIOND_CONFIG": "~/config.toml",
        "OTHER": "kept",
        "SESSIOND_RUNTIME_DIR": "",
    }
    assert absolute(given) == {
        "SESSIOND_DATA_DIR": str(tmp_path / "data"),
        "SESSIOND_CONFIG": "/home/someone/config.toml",
        "OTHER": "kept",
        "SESSIOND_RUNTIME_DIR": "",
    }


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SESSIOND_DATA_DIR": "/data"}, "/data"),
        ({"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/sessiond"),
        ({"HOME": "/h", "XDG_DATA_HOME": "x"}, "/h/.local/share/sessiond"),
        ({"HOME": "/h"}, "/h/.local/share/sessiond"),
    ],
)
def test_the_data_directory_follows_xdg(environment: dict[str, str], expected: str) -> None:
    assert data_directory(environment) == expected
