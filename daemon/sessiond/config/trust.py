"""Which projects the user trusts: bound to the content of what was trusted, so that a changed file waits again.

`load.py` asks it, `project/trust` and `sessiond trust` change it. What waits is found by `untrusted.py`.
"""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, cast

from sessiond.config.errors import ConfigError, Failed
from sessiond.config.files.private_file import write_private
from sessiond.config.files.toml import read_toml
from sessiond.config.paths import config_directory, project_config_file
from sessiond.config.untrusted import waiting_of
from sessiond_protocol.projects import ProjectStatus, WaitingForTrust

Trust = Literal["trusted", "changed", "untrusted", "notNeeded"]
MAX_FILE_BYTES = 4 * 1024 * 1024


def project_status(project: Path, environment: Mapping[str, str] = os.environ) -> ProjectStatus:
    """What of a project's file waits, by the project's root. Raises ConfigError for a file that cannot be read."""
    file = project_config_file(project)
    text, values = read_toml(file)
    content = content_hash(text)
    trust = trust_of(project, text, values, environment)
    waiting = [] if trust == "trusted" else waiting_of(values)
    return ProjectStatus(
        root=str(project),
        trust=trust,
        content=content,
        waiting=[WaitingForTrust(str(file), key, value) for key, value in waiting],
    )


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


def trust_of(project: Path, text: str, values: dict[str, Any], environment: Mapping[str, str]) -> Trust:
    """How far a project's file, as it was just read, is trusted."""
    if not waiting_of(values):
        return "notNeeded"
    known = _read(environment).get(_key(project))
    if known is None:
        return "untrusted"
    return "trusted" if known == content_hash(text) else "changed"


def content_hash(text: str) -> str:
    """Names exactly this text."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


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
