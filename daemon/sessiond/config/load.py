"""The settings that count: defaults < user's file < project's file < environment < client.

Called by `app.py` and `doctor`, after the first answer is out (pydantic is imported here).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from sessiond.config import paths
from sessiond.config.errors import ConfigError
from sessiond.config.explain import CLIENT, Layer, explain
from sessiond.config.files.toml import read_toml
from sessiond.config.mcp_servers.declared import Declared, declared, merged_servers
from sessiond.config.rule_names import odd_rules
from sessiond.config.settings import PARTIAL, Rule, Settings
from sessiond.config.trust.trusted import ProjectFiles, Trust, read_project, trust_of
from sessiond.config.trust.untrusted import USERS_OWN, allowed_of_project

FROM_ENVIRONMENT = {
    "SESSIOND_MODEL": "model",
    "SESSIOND_SMALL_MODEL": "small_model",
    "SESSIOND_MAX_STEPS": "max_steps",
}


class LoadedSettings(NamedTuple):
    settings: Settings
    warnings: tuple[str, ...]
    """What was left out of the project's files, and why; rules that will hardly do what was meant."""
    project_permission: dict[str, Rule | dict[str, Rule]]
    """An untrusted project's own rules: asked beside `settings.permission`, and the stricter answer counts."""
    trust: Trust = "notNeeded"
    """How far the project's files are trusted. If they are, its rules stand among `settings.permission`."""
    servers: tuple[Declared, ...] = ()
    """All MCP servers: those of `settings.mcp`, and those that an untrusted project brings."""


def load_settings(
    project: Path | None,
    client: dict[str, Any] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> LoadedSettings:
    """Merges all places. Raises ConfigError with file, line, key and what is wrong."""
    user = _users_layer(environment)
    from_project = _from_project(project, environment)
    from_client, refused = _without_users_own(Layer(CLIENT, client or {}))
    layers = [user, *from_project.layers, Layer("the environment", _environment_values(environment)), from_client]
    settings = _validated(layers)
    return LoadedSettings(
        settings,
        (*from_project.warnings, *refused, *odd_rules(settings.permission)),
        from_project.permission,
        from_project.trust,
        declared(settings.mcp, layers, from_project.waiting),
    )


class _FromProject(NamedTuple):
    layers: tuple[Layer, ...]
    waiting: tuple[Layer, ...]
    """The same, whole, of a project that is not trusted."""
    permission: dict[str, Rule | dict[str, Rule]]
    warnings: tuple[str, ...]
    trust: Trust


def _users_layer(environment: Mapping[str, str]) -> Layer:
    file = paths.config_file(environment)
    if environment.get(paths.NAMED_BY) and not file.exists():
        raise ConfigError(
            f"{paths.NAMED_BY} names {file}, and there is no such file. Correct the variable, or leave it out."
        )
    text, values = read_toml(file)
    return Layer(str(file), values, text)


def _from_project(project: Path | None, environment: Mapping[str, str]) -> _FromProject:
    """All that a trusted project's files say, else what they may say anyway."""
    if project is None:
        return _FromProject((), (), {}, (), "notNeeded")
    files = read_project(project)
    config, refused = _without_users_own(files.config)
    warnings, whole = (*files.servers.warnings, *refused), (files.servers.layer, config)
    settings = _validated([files.config], partial=True)  # a mistake is told even where the value would be left out
    trust = trust_of(project, files, environment)
    if trust == "trusted":
        return _FromProject(whole, (), {}, warnings, trust)
    values, left_out = _allowed(files, changed=trust == "changed")
    allowed = Layer(files.config.source, values, files.config.text)
    return _FromProject((allowed,), whole, settings.rules, (*warnings, *left_out), trust)


def _allowed(files: ProjectFiles, *, changed: bool) -> tuple[dict[str, Any], tuple[str, ...]]:
    values, warnings = allowed_of_project(files.config.source, files.config.values, changed=changed)
    brought = {"mcpServers": files.servers.servers} if files.servers.servers else {}
    return values, (*warnings, *allowed_of_project(str(files.servers.file), brought, changed=changed)[1])


def _without_users_own(layer: Layer) -> tuple[Layer, tuple[str, ...]]:
    """The rest, and a warning for each section that is for the user's file alone."""
    kept = {key: value for key, value in layer.values.items() if key not in USERS_OWN}
    return layer._replace(values=kept), tuple(
        f"{layer.source}: `{key}` is ignored: all projects and clients share one engine, and only the user's own "
        f"config file may say how it is."
        for key in layer.values
        if key in USERS_OWN
    )


def _environment_values(environment: Mapping[str, str]) -> dict[str, Any]:
    return {key: environment[name] for name, key in FROM_ENVIRONMENT.items() if environment.get(name)}


def _validated(layers: list[Layer], *, partial: bool = False) -> Settings:
    """`partial`: other layers may complete what these say of a server."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = _merge(merged, layer.values)
    if isinstance(merged.get("mcp"), dict):
        merged["mcp"] = merged_servers(layers)
    try:
        return Settings.model_validate(merged, context=PARTIAL if partial else None)
    except ValidationError as error:
        raise explain(error, layers) from None


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key, everything else is replaced; the upper layer's keys come last."""
    merged = {key: value for key, value in below.items() if key not in above}
    for key, value in above.items():
        lower = below.get(key)
        both_tables = isinstance(value, dict) and isinstance(lower, dict)
        merged[key] = _merge(cast(dict[str, Any], lower), cast(dict[str, Any], value)) if both_tables else value
    return merged
