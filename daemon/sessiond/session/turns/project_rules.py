"""The permission rules and MCP servers of each project: the user's with the project's own, as their files say them now.

The planner asks once a turn, so that an edited or newly trusted file counts with the next prompt.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sessiond.config.errors import ConfigError
from sessiond.config.load import load_settings
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.mcp_servers.mcp_json import mcp_json_file
from sessiond.config.paths import config_file, project_config_file
from sessiond.config.trust.trusted import trust_file
from sessiond.permission.rules import Rulebook, SavedRules, rules_of
from sessiond_protocol.errors import ErrorCode, RpcError

Stamp = tuple[tuple[int, int] | None, ...]


class _Said(NamedTuple):
    """What the files said at `stamp`."""

    stamp: Stamp
    rules: Rulebook
    servers: tuple[Declared, ...]


class ProjectRules:
    def __init__(
        self, client_settings: dict[str, Any] | None, environment: Mapping[str, str], saved: SavedRules
    ) -> None:
        """`saved`: what answers have saved, of all projects; in every rulebook that is given out."""
        self._saved = saved
        self._client_settings = client_settings
        self._environment = environment
        self._said: dict[str, _Said] = {}

    def of(self, root: str) -> Rulebook:
        """By a project's root. Blocks for small files when they have changed. Raises RpcError for a wrong one."""
        return self._now(root).rules

    def servers_of(self, root: str) -> tuple[Declared, ...]:
        """The MCP servers of a project, also those that wait for trust. Blocks and raises as `of` does."""
        return self._now(root).servers

    def _now(self, root: str) -> _Said:
        stamp = self.stamp(root)
        known = self._said.get(root)
        if known is None or known.stamp != stamp:
            known = self._said[root] = self._load(root, stamp)
        return known

    def _load(self, root: str, stamp: Stamp) -> _Said:
        try:
            loaded = load_settings(Path(root), self._client_settings, self._environment)
        except ConfigError as error:
            raise RpcError(
                ErrorCode.INVALID_PARAMS, error.message, {"kind": "invalidRequest", "field": "settings"}
            ) from None
        rules = Rulebook(rules_of(loaded.settings.rules), rules_of(loaded.project_permission), self._saved)
        return _Said(stamp, rules, loaded.servers)

    def stamp(self, root: str) -> Stamp:
        """Another one whenever a file has changed that says something of the project's settings. Blocks for stats."""
        project = Path(root)
        files = (
            config_file(self._environment),
            mcp_json_file(project),
            project_config_file(project),
            trust_file(self._environment),
        )
        return tuple(map(_changed_at, files))


def _changed_at(file: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(file)
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
