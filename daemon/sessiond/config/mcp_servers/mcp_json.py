"""Reads a project's `.mcp.json`, the file that coding agents share, as sections of `[mcp.NAME]`.

Called by `trust.py`. It may come from a stranger: it is bounded, and what is wrong in it costs the server it is in.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from sessiond.config.errors import ConfigError
from sessiond.config.explain import Layer, complaint
from sessiond.config.files.shown import shown_name, shown_value
from sessiond.config.files.text import read_text
from sessiond.config.settings import PARTIAL, Settings

MOST_SERVERS = 100
SECTIONS = ("mcpServers", "servers")
"""Where servers stand; the second is what some editors call it."""
TRANSPORTS = {"http": "http", "streamable-http": "http", "streamableHttp": "http", "sse": "sse", "stdio": None}
TAKEN = ("command", "args", "env", "cwd", "type", "transport", "url", "headers", "enabled", "disabled")
UNSAID = ("description", "$schema")
"""Keys that do nothing here and that nobody expects to do anything."""


class McpJson(NamedTuple):
    """A file as it was read once: what is shown, hashed and used is the same text."""

    file: Path
    text: str
    servers: dict[str, dict[str, Any]]
    """By name, each as a valid `[mcp.NAME]` section."""
    warnings: tuple[str, ...]
    """What was left out, and why; each names file and key."""

    @property
    def layer(self) -> Layer:
        return Layer(str(self.file), {"mcp": self.servers} if self.servers else {})


def mcp_json_file(root: Path) -> Path:
    return root / ".mcp.json"


def read_mcp_json(root: Path) -> McpJson:
    """By a project's root. Never raises for what the file says: a file that cannot be read is a warning."""
    file = mcp_json_file(root)
    try:
        text = read_text(file)
    except ConfigError as error:
        return McpJson(file, "", {}, (error.message,))
    try:
        section, entries = server_entries(file, text)
    except ConfigError as error:
        return McpJson(file, text, {}, (error.message,))
    servers: dict[str, dict[str, Any]] = {}
    warnings: list[str] = []
    for name, entry in list(entries.items())[:MOST_SERVERS]:
        where = f"{file}: `{section}.{shown_name(name[:100])}`"
        try:
            servers[name] = _as_section(name, entry)
            warnings += (f"{where}: {said}" for said in _unknown(entry))
        except ConfigError as error:
            warnings.append(f"{where}: is left out: {error.message}")
    if len(entries) > MOST_SERVERS:
        warnings.append(f"{file}: has {len(entries)} servers; those after the first {MOST_SERVERS} are left out.")
    return McpJson(file, text, servers, tuple(warnings))


def json_document(file: Path, text: str) -> dict[str, Any]:
    """The object that stands in the file; an empty one for an empty file. Raises ConfigError."""
    try:
        document: Any = json.loads(text.removeprefix("\ufeff")) if text.strip() else {}
    except json.JSONDecodeError as error:
        raise ConfigError(f"{file}, line {error.lineno}: not valid JSON: {error.msg}.") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{file}: not valid JSON: a number too long, or nested too deeply.") from None
    if not isinstance(document, dict):
        raise ConfigError(f"{file}: must be an object with `{SECTIONS[0]}` in it.")
    return cast(dict[str, Any], document)


def server_entries(file: Path, text: str) -> tuple[str, dict[str, Any]]:
    """The key under which servers stand, and what stands there. Raises ConfigError."""
    document = json_document(file, text)
    section = next((key for key in SECTIONS if key in document), SECTIONS[0])
    entries = document.get(section, {})
    if not isinstance(entries, dict):
        raise ConfigError(f"{file}: `{section}` must be an object with a server under each name.")
    return section, cast(dict[str, Any], entries)


def _as_section(name: str, entry: Any) -> dict[str, Any]:
    """Raises ConfigError for what is no server."""
    if not isinstance(entry, dict):
        raise ConfigError(f"must be an object; not {shown_value(entry, 80)}.")
    section = dict(_translated(cast(dict[str, Any], entry)))
    try:
        Settings.model_validate({"mcp": {name: section}}, context=PARTIAL)
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        key = ".".join(str(step) for step in wrong["loc"][2:] if step != "[key]")
        said = complaint(wrong, ("mcp",))
        raise ConfigError(f"`{shown_name(key)}`: {said}" if key else said) from None
    return section


def _translated(entry: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Its keys as `[mcp.NAME]` has them. Values of a wrong type are left for the settings to refuse."""
    if entry.get("command") is not None:
        yield "command", _command(entry["command"], entry.get("args"))
    elif "args" in entry:
        raise ConfigError("`args`: are those of a `command`, and there is none.")
    for key in ("env", "cwd", "url", "headers"):
        if entry.get(key) is not None:
            yield key, entry[key]
    kind = entry.get("type", entry.get("transport"))
    if kind is not None and (not isinstance(kind, str) or kind not in TRANSPORTS):
        raise ConfigError(f"`type`: should be {', '.join(TRANSPORTS)}; not {shown_value(kind, 80)}.")
    if kind is not None and TRANSPORTS[kind]:
        yield "transport", TRANSPORTS[kind]
    if "enabled" in entry or "disabled" in entry:
        yield "enabled", _flag(entry, "enabled", True) and not _flag(entry, "disabled", False)


def _command(command: Any, arguments: Any) -> list[Any]:
    words = cast(list[Any], command) if isinstance(command, list) else [command]
    if arguments is None:
        return words
    if not isinstance(arguments, list):
        raise ConfigError(f"`args`: should be a list; not {shown_value(arguments, 80)}.")
    return words + cast(list[Any], arguments)


def _flag(entry: dict[str, Any], key: str, default: bool) -> bool:
    value = entry.get(key, default)
    if not isinstance(value, bool):
        raise ConfigError(f"`{key}`: should be true or false; not {shown_value(value, 80)}.")
    return value


def _unknown(entry: dict[str, Any]) -> Iterator[str]:
    unknown = [key for key in entry if key not in TAKEN and key not in UNSAID]
    if unknown:
        named = ", ".join(f"`{shown_name(key[:40])}`" for key in unknown[:5])
        yield f"{named}{', …' if len(unknown) > 5 else ''} means nothing here and is ignored."
