"""The permission rules of each project: the user's with the project's own, as their files say them now.

The planner asks once a turn, so that an edited or newly trusted file counts with the next prompt.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sessiond.config.errors import ConfigError
from sessiond.config.load import load_settings
from sessiond.config.paths import config_file, project_config_file
from sessiond.config.trust import trust_file
from sessiond.permission.rules import Rulebook, SavedRules, rules_of
from sessiond_protocol.errors import ErrorCode, RpcError

Stamp = tuple[tuple[int, int] | None, ...]


class ProjectRules:
    def __init__(self, client_settings: dict[str, Any] | None, environment: Mapping[str, str]) -> None:
        self.saved = SavedRules()
        """What answers have saved, of all projects; in every rulebook that is given out."""
        self._client_settings = client_settings
        self._environment = environment
        self._books: dict[str, tuple[Stamp, Rulebook]] = {}

    def of(self, root: str) -> Rulebook:
        """By a project's root. Blocks for two small files when they have changed. Raises RpcError for a wrong one."""
        stamp = self._stamp(root)
        known = self._books.get(root)
        if known is None or known[0] != stamp:
            known = self._books[root] = (stamp, self._load(root))
        return known[1]

    def servers_of(self, root: str) -> tuple[Any, ...]:
        """The MCP servers that are configured for a project now; see `config/mcp_servers/`."""
        return ()

    def _load(self, root: str) -> Rulebook:
        try:
            loaded = load_settings(Path(root), self._client_settings, self._environment)
        except ConfigError as error:
            raise RpcError(
                ErrorCode.INVALID_PARAMS, error.message, {"kind": "invalidRequest", "field": "settings"}
            ) from None
        return Rulebook(rules_of(loaded.settings.rules), rules_of(loaded.project_permission), self.saved)

    def _stamp(self, root: str) -> Stamp:
        files = (config_file(self._environment), project_config_file(Path(root)), trust_file(self._environment))
        return tuple(map(_changed_at, files))


def _changed_at(file: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
