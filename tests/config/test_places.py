"""Where things are kept: the named place, else XDG, else its defaults."""

from pathlib import Path

from sessiond.config.paths import config_file, data_directory


def test_places_follow_xdg() -> None:
    environment = {"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_DATA_HOME": "relative"}

    assert config_file(environment) == Path("/c/sessiond/config.toml")
    assert data_directory(environment) == Path("/h/.local/share/sessiond"), "XDG: a relative path is to be ignored"
    assert config_file({"HOME": "/h"}) == Path("/h/.config/sessiond/config.toml")


def test_a_named_place_counts_before_xdg() -> None:
    environment = {"SESSIOND_CONFIG": "/a.toml", "SESSIOND_DATA_DIR": "/d", "XDG_CONFIG_HOME": "/c"}

    assert (config_file(environment), data_directory(environment)) == (Path("/a.toml"), Path("/d"))
