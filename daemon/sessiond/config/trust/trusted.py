"""Which projects the user trusts: bound to the content of what was trusted, so that changed files wait again.

`load.py` asks it, `project/trust` and `sessiond trust` change it. What waits is found by `untrusted.py`.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

from sessiond.config.errors import ConfigError, Failed
from sessiond.config.explain import Layer
from sessiond.config.files.private_file import write_private
from sessiond.config.files.toml import read_toml
from sessiond.config.mcp_servers.mcp_json import McpJson, read_mcp_json
from sessiond.config.paths import config_directory, project_config_file
from sessiond.config.trust.untrusted import waiting_of
from sessiond_protocol.projects import ProjectStatus, WaitingForTrust

Trust = Literal["trusted", "changed", "untrusted", "notNeeded"]
MAX_FILE_BYTES = 4 * 1024 * 1024


class ProjectFiles(NamedTuple):
    """What a project brings along, each file read once: what is shown, trusted and used is the same text."""

    config: Layer
    servers: McpJson

    @property
    def content(self) -> str:
        """The hash of what would be trusted."""
        return content_hash(self.config.text, self.servers.text)

    @property
    def waiting(self) -> list[WaitingForTrust]:
        """What has no effect before the project is trusted."""
        layers = (self.config, self.servers.layer)
        return [WaitingForTrust(at.source, key, value) for at in layers for key, value in waiting_of(at.values)]


def read_project(project: Path) -> ProjectFiles:
    """By the project's root. Raises ConfigError for a config file that cannot be read."""
    file = project_config_file(project)
    text, values = read_toml(file)
    return ProjectFiles(Layer(str(file), values, text), read_mcp_json(project))


def project_status(project: Path, environment: Mapping[str, str] = os.environ) -> ProjectStatus:
    """What of a project's files waits, by the project's root. Raises ConfigError for a file that cannot be read."""
    files = read_project(project)
    trust = trust_of(project, files, environment)
    waiting = [] if trust == "trusted" else files.waiting
    return ProjectStatus(root=str(project), trust=trust, content=files.content, waiting=waiting)


def change_trust(
    project: Path, *, trusted: bool, content: str | None = None, environment: Mapping[str, str] = os.environ
) -> ProjectStatus:
    """Trusts what stands there now, or takes the trust back; the new status is returned.

    `content`: that of the status the user has seen. Raises Failed when it is another by now, ConfigError
    for files that cannot be read or written; nothing is changed then.
    """
    status = project_status(project, environment)
    if trusted and content not in (None, status.content):
        raise Failed(f"The settings of {project} have changed since they were shown; nothing was trusted. Look again.")
    entries = {root: known for root, known in _read(environment).items() if root != _key(project)}
    if trusted:
        entries[_key(project)] = status.content
    _write(entries, environment)
    return project_status(project, environment)


def trust_of(project: Path, files: ProjectFiles, environment: Mapping[str, str]) -> Trust:
    """How far a project's files, as they were just read, are trusted."""
    if not files.waiting:
        return "notNeeded"
    known = _read(environment).get(_key(project))
    if known is None:
        return "untrusted"
    return "trusted" if known == files.content else "changed"


def content_hash(config: str, servers: str = "") -> str:
    """Names exactly these texts. No TOML has a NUL in it, so that nothing can move from one to the other."""
    whole = f"{config}\0{servers}" if servers else config
    return "sha256:" + hashlib.sha256(whole.encode()).hexdigest()


def trust_file(environment: Mapping[str, str] = os.environ) -> Path:
    return config_directory(environment) / "trust.json"


def _key(project: Path) -> str:
    return os.path.realpath(project).encode(errors="replace").decode()


def _read(environment: Mapping[str, str]) -> dict[str, str]:
    """Hashes by root. A file that is damaged, or that others may write, trusts nothing."""
    try:
        with trust_file(environment).open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            raw = stream.read(MAX_FILE_BYTES) if stat.S_ISREG(mode) else b""
        parsed: Any = {} if mode & (stat.S_IWGRP | stat.S_IWOTH) else json.loads(raw)
    except (OSError, ValueError, RecursionError):
        return {}
    projects: Any = cast(dict[str, Any], parsed).get("projects") if isinstance(parsed, dict) else None
    if not isinstance(projects, dict):
        return {}
    return {root: known for root, known in cast(dict[str, Any], projects).items() if isinstance(known, str)}


def _write(entries: dict[str, str], environment: Mapping[str, str]) -> None:
    file = trust_file(environment)
    try:
        write_private(file, json.dumps({"projects": entries}, indent=2, sort_keys=True))
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written ({error.strerror}); nothing was changed.") from error
