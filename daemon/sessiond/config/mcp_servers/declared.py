"""The MCP servers of a project, each with where it is configured and whether it may be started.

Made by `load.py` of all that was read; the pool of servers starts them. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from sessiond.config.explain import CLIENT, Layer
from sessiond.config.settings import PARTIAL, McpServerSettings

_WHERE = ("command", "env", "cwd", "url", "transport", "headers", "oauth", "sampling")
"""What belongs to one place that a server is at, and must not be taken over to another."""
_TUNED = {"enabled", "start_timeout", "call_timeout", "call_timeouts"}
"""What may be said of a server that another file brings, or that only some projects have."""


class Declared(NamedTuple):
    name: str
    settings: McpServerSettings
    source: str
    """The file that says where it is, or `client`."""
    trusted: bool
    """False: a project brings it and the user has not trusted the project; it must not be started."""


def declared(
    usable: Mapping[str, McpServerSettings], layers: Sequence[Layer], waiting: Sequence[Layer]
) -> tuple[Declared, ...]:
    """A server for each name. `layers` have given those that are usable, `waiting` are what an untrusted project says.

    Where both know a name, the user's own counts until trust is given.
    """
    own = (Declared(name, settings, _source(name, layers), True) for name, settings in usable.items())
    theirs = (
        Declared(name, settings, _source(name, waiting), False)
        for name, settings in _complete(merged_servers(waiting))
        if name not in usable
    )
    return (*own, *theirs)


def merged_servers(layers: Sequence[Layer]) -> dict[str, Any]:
    """The `mcp` tables of all layers, not validated yet.

    A layer that says where a server is replaces what those below have said of that; one that does not, changes
    single keys. A name with nothing but such changes is no server here, and is left out.
    """
    servers: dict[str, Any] = {}
    for layer in layers:
        for name, above in _table(layer.values.get("mcp")).items():
            servers[name] = _changed(servers.get(name), above)
    return {name: server for name, server in servers.items() if not _is_only_tuned(server)}


def _changed(below: Any, above: Any) -> Any:
    if not isinstance(below, dict) or not isinstance(above, dict):
        return above
    lower, upper = cast(dict[str, Any], below), cast(dict[str, Any], above)
    kept = {key: value for key, value in lower.items() if not (_is_placed(upper) and key in _WHERE)}
    return kept | {key: _changed(kept.get(key), value) for key, value in upper.items()}


def _is_placed(server: Any) -> bool:
    return isinstance(server, dict) and ("command" in server or "url" in server)


def _is_only_tuned(server: Any) -> bool:
    try:
        said = McpServerSettings.model_validate(server, context=PARTIAL).model_fields_set
    except ValidationError:
        return False
    return bool(said) and said <= _TUNED


def _complete(servers: Mapping[str, Any]) -> Iterator[tuple[str, McpServerSettings]]:
    """Each layer is valid by itself; what is not complete changes a server that the project does not bring."""
    for name, server in servers.items():
        try:
            yield name, McpServerSettings.model_validate(server)
        except ValidationError:
            continue


def _source(name: str, layers: Sequence[Layer]) -> str:
    """The topmost layer that says where the server is."""
    source = next(
        (layer.source for layer in reversed(layers) if _is_placed(_table(layer.values.get("mcp")).get(name))), ""
    )
    return "client" if source == CLIENT else source


def _table(value: Any) -> dict[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}
