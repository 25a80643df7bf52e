"""`sessiond mcp add` and `remove`: one server into a settings file or out of it."""

import argparse
import re
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sessiond.cli.mcp.login import forgotten
from sessiond.cli.mcp.places import Place, of_project, of_user
from sessiond.config.errors import ConfigError, Failed
from sessiond.config.explain import Layer, explain
from sessiond.config.files.shown import shown_name
from sessiond.config.load import load_settings
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.paths import project_config_file
from sessiond.config.privacy.child_environment import child_environment
from sessiond.config.settings import Settings


def add(options: argparse.Namespace, root: Path) -> int:
    """Raises Failed; nothing is written then."""
    name: str = options.name
    section = _section(options)
    _check(name, section)
    place = of_project(root) if options.project else of_user()
    if place.has(name) and not options.force:
        raise Failed(f"{place.file} has a server {name!r} already; --force replaces it.")
    place.add(name, section)
    for key in _secrets(section):
        _warn(f"{key} looks like a secret and stands in {place.file} now. '{key}=${{VARIABLE}}' would keep it out.")
    print(f"Added {name} to {place.file}.")
    if options.project:
        print("Servers of a project wait until you trust it: `sessiond trust` shows what they run.")
    print(f"`sessiond mcp test {shlex.quote(name)}` tries it.")
    return 0


def remove(name: str, root: Path, *, only_project: bool) -> int:
    """From the user's file, else from the project's. Raises Failed when it stands in neither."""
    place = _place_of(name, root, only_project)
    servers = _servers(root)
    place.remove(name)
    print(f"Removed {shown_name(name)} from {place.file}.")
    for server in servers:
        if server.name == name and server.source == str(place.file) and forgotten(server, root):
            print("Its login is forgotten.")
    if any(server.name == name for server in _servers(root)):
        print("Another file has a server of this name, which counts now: `sessiond mcp list` says which.")
    return 0


def _servers(root: Path) -> tuple[Declared, ...]:
    """None while something else is wrong with the settings: what is wrong must not be kept from being removed."""
    try:
        return load_settings(root).servers
    except ConfigError:
        return ()


def _place_of(name: str, root: Path, only_project: bool) -> Place:
    places = [of_project(root)] if only_project else [of_user(), of_project(root)]
    for place in places:
        if place.has(name):
            return place
    files = " or ".join(str(place.file) for place in places)
    more = f" {project_config_file(root)} is edited by hand." if project_config_file(root).exists() else ""
    raise Failed(f"There is no server {name!r} in {files}.{more}")


def _section(options: argparse.Namespace) -> dict[str, Any]:
    """What is to stand in `[mcp.NAME]`."""
    target: Sequence[str] = options.target
    remote = len(target) == 1 and re.match(r"https?://", target[0]) is not None
    if not remote and "://" in target[0]:
        raise Failed(f"{shown_name(target[0])} is no command. A URL begins with http:// or https:// and stands alone.")
    said: dict[str, Any] = {
        "command": None if remote else list(target),
        "url": target[0] if remote else None,
        "transport": options.transport,
        "env": dict(_pair(text, "--env") for text in options.env),
        "headers": dict(_pair(text, "--header") for text in options.header),
        "cwd": options.cwd,
        "call_timeout": options.timeout,
    }
    misplaced = ("env", "cwd") if remote else ("headers", "transport")
    for key in misplaced:
        if said[key]:
            kind, other = ("a URL", "a command") if remote else ("a command", "a URL")
            raise Failed(f"--{key.removesuffix('s')} belongs to {other}, and this is {kind}.")
    return {key: value for key, value in said.items() if value not in (None, {})}


def _pair(text: str, option: str) -> tuple[str, str]:
    """`K=V`, or `K: V` as headers are written."""
    found = re.fullmatch(r"([^=:\s]+)(?:=|:\s*)(.*)", text, re.DOTALL)
    if found is None:
        raise Failed(f"{option} takes NAME=VALUE; {text.partition('=')[0]!r} is none.")
    return found[1], found[2]


def _check(name: str, section: dict[str, Any]) -> None:
    values = {"mcp": {name: section}}
    try:
        Settings.model_validate(values)
    except ValidationError as error:
        raise explain(error, [Layer("the command line", values)]) from None


def _secrets(section: dict[str, Any]) -> Iterator[str]:
    """The variables and headers whose values, written out, look like keys or tokens."""
    for name, value in {**section.get("env", {}), **section.get("headers", {})}.items():
        if value and "${" not in value and not child_environment({name: value}):
            yield name


def _warn(text: str) -> None:
    print(f"sessiond: {text}", file=sys.stderr)
