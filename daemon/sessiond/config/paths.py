"""Where sessiond keeps things: the user's config file, and the data directory.

XDG on every system, by hand: nine lines that the first answer need not wait for (decision 0040).
"""

import os
from collections.abc import Mapping
from pathlib import Path


def config_file(environment: Mapping[str, str] = os.environ) -> Path:
    """The user's file: `SESSIOND_CONFIG`, else `$XDG_CONFIG_HOME/sessiond/config.toml`."""
    if named := environment.get("SESSIOND_CONFIG"):
        return Path(named).expanduser()
    return _base(environment, "XDG_CONFIG_HOME", ".config") / "config.toml"


def config_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the user's file; API keys without a system keyring stand in it as well."""
    return config_file(environment).parent


def data_directory(environment: Mapping[str, str] = os.environ) -> Path:
    """Conversations and models: `SESSIOND_DATA_DIR`, else `$XDG_DATA_HOME/sessiond`."""
    if named := environment.get("SESSIOND_DATA_DIR"):
        return Path(named).expanduser()
    return _base(environment, "XDG_DATA_HOME", ".local/share")


def project_config_file(project: Path) -> Path:
    """The file that a project may bring along; see `untrusted.py` for what it may say."""
    return project / ".sessiond" / "config.toml"


def _base(environment: Mapping[str, str], variable: str, fallback: str) -> Path:
    named = environment.get(variable, "")
    # The XDG specification: a relative path is to be ignored.
    home = Path(environment.get("HOME") or Path.home())
    return (Path(named) if Path(named).is_absolute() else home / fallback) / "sessiond"
