"""The files that `sessiond mcp add` and `remove` write: the user's config.toml and the project's `.mcp.json`.

Nothing is written that could not be read, and what another program writes meanwhile stays.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sessiond.cli.mcp import json_file, toml_file
from sessiond.config.errors import ConfigError
from sessiond.config.files.private_file import write_private
from sessiond.config.files.text import read_text
from sessiond.config.mcp_servers.mcp_json import mcp_json_file
from sessiond.config.paths import config_file
from sessiond.tools.files.replacing import Content, Replacement


class Place(NamedTuple):
    """A file with servers in it. The functions take the file, for what they complain of, and its text."""

    file: Path
    private: bool
    """Whether the file is nobody's business but the user's."""
    names: Callable[[Path, str], set[str]]
    with_server: Callable[[Path, str, str, Mapping[str, Any]], str]
    without_server: Callable[[Path, str, str], str]

    def has(self, name: str) -> bool:
        """Raises ConfigError."""
        return name in self.names(self.file, read_text(self.file))

    def add(self, name: str, section: Mapping[str, Any]) -> None:
        """In the place of one of the same name. Raises Failed; the file is as before then."""
        text = read_text(self.file)
        rest = self.without_server(self.file, text, name) if name in self.names(self.file, text) else text
        self._write(text, self.with_server(self.file, rest, name, section))

    def remove(self, name: str) -> None:
        """Raises Failed; the file is as before then."""
        text = read_text(self.file)
        self._write(text, self.without_server(self.file, text, name))

    def _write(self, before: str, after: str) -> None:
        try:
            if self.private and not self.file.exists():
                return write_private(self.file, after)
            _replace(self.file.resolve(), before.encode(), after.encode())
        except OSError as error:
            raise ConfigError(f"{self.file}: cannot be written ({error.strerror}); nothing was changed.") from error


def of_user() -> Place:
    return Place(config_file(), True, toml_file.names, toml_file.with_server, toml_file.without_server)


def of_project(root: Path) -> Place:
    return Place(mcp_json_file(root), False, json_file.names, json_file.with_server, json_file.without_server)


def _replace(file: Path, before: bytes, after: bytes) -> None:
    replacement = Replacement([Content(file, before if file.is_file() else None, after)])
    try:
        replacement.prepare()
        replacement.commit()
    finally:
        replacement.discard()
