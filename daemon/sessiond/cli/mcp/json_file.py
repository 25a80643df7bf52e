"""Takes one server into the text of a `.mcp.json` and out again; what else stands there is kept. Pure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sessiond.config.errors import Failed
from sessiond.config.mcp_servers.mcp_json import json_document, server_entries


def names(file: Path, text: str) -> set[str]:
    """Raises ConfigError for what is no such file, as the others do."""
    return set(server_entries(file, text)[1])


def with_server(file: Path, text: str, name: str, section: Mapping[str, Any]) -> str:
    """`section` is what would stand in `[mcp.NAME]`. Raises Failed for what cannot be said in this file."""
    key, entries = server_entries(file, text)
    return _encoded(file, json_document(file, text) | {key: entries | {name: _entry(section)}})


def without_server(file: Path, text: str, name: str) -> str:
    key, entries = server_entries(file, text)
    rest = {other: entry for other, entry in entries.items() if other != name}
    return _encoded(file, json_document(file, text) | {key: rest})


def _entry(section: Mapping[str, Any]) -> dict[str, Any]:
    if unsaid := section.keys() - {"command", "env", "cwd", "url", "transport", "headers"}:
        raise Failed(
            f"`{', '.join(sorted(unsaid))}` cannot be said in .mcp.json; leave it out, or use your own config."
        )
    if "url" in section:
        rest = {key: value for key, value in section.items() if key not in ("url", "transport")}
        return {"type": section.get("transport", "http"), "url": section["url"], **rest}
    program, *arguments = section["command"]
    return {"command": program, "args": arguments, **{key: section[key] for key in ("env", "cwd") if key in section}}


def _encoded(file: Path, document: dict[str, Any]) -> str:
    try:
        return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    except ValueError:
        raise Failed(f"{file}: has numbers that JSON has not (NaN, Infinity); nothing was written.") from None
