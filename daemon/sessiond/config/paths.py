"""Where sessiond keeps things: the user's config file, and the data directory.

XDG on every system, by hand (decision 0040); the data directory is found in `owner/`, which a pipe knows as well.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from sessiond.owner import places

NAMED_BY = "SESSIOND_CONFIG"
"""The variable that names the user's file, if it is to be another."""


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's file: `SESSIOND_CONFIG`, else `$XDG_CONFIG_HOME/sessiond/config.toml`."""
    if named := environment.get(NAMED_BY):
        return Path(named).expanduser()
    return Path(places.xdg_directory(environment, "XDG_CONFIG_HOME", ".config")) / "config.toml"


def config_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the user's file; API keys without a system keyring stand in it as well."""
    return config_file(environment).parent


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Conversations and models: `SESSIOND_DATA_DIR`, else `$XDG_DATA_HOME/sessiond`."""
    return Path(places.data_directory(environment))


def project_config_file(project: Path) -> Path:
    """The file that a project may bring along; see `untrusted.py` for what it may say."""
    return project / ".sessiond" / "config.toml"
