"""The settings that count: defaults < user's file < project's file < environment < client.

Called by `app.py` and `doctor`, after the first answer is out (pydantic is imported here).
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from pydantic import ValidationError

from sessiond.config import paths
from sessiond.config.explain import Layer, explain
from sessiond.config.files.toml import read_toml
from sessiond.config.rule_names import odd_rules
from sessiond.config.settings import Rule, Settings
from sessiond.config.trust import Trust, trust_of
from sessiond.config.untrusted import allowed_of_project

FROM_ENVIRONMENT = {
    "SESSIOND_MODEL": "model",
    "SESSIOND_SMALL_MODEL": "small_model",
    "SESSIOND_MAX_STEPS": "max_steps",
}


class LoadedSettings(NamedTuple):
    settings: Settings
    warnings: tuple[str, ...]
    """What was left out of the project's file, and why; rules that will hardly do what was meant."""
    project_permission: dict[str, Rule | dict[str, Rule]]
    """An untrusted project's own rules: asked beside `settings.permission`, and the stricter answer counts."""
    trust: Trust = "notNeeded"
    """How far the project's file is trusted. If it is, its rules stand among `settings.permission`."""


def load_settings(
    project: Path | None,
    client: dict[str, Any] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> LoadedSettings:
    """Merges all places. Raises ConfigError with file, line, key and what is wrong."""
    user_layer = _file_layer(paths.config_file(environment))
    from_project = _from_project(project, environment)
    layers = [
        user_layer,
        from_project.layer,
        Layer("the environment", _environment_values(environment)),
        Layer("the client's settings", client or {}),
    ]
    settings = _validated(layers)
    warnings = (*from_project.warnings, *odd_rules(settings.permission))
    return LoadedSettings(settings, warnings, from_project.permission, from_project.trust)


class _FromProject(NamedTuple):
    layer: Layer
    permission: dict[str, Rule | dict[str, Rule]]
    warnings: tuple[str, ...]
    trust: Trust


def _file_layer(file: Path) -> Layer:
    text, values = read_toml(file)
    return Layer(str(file), values, text)


def _from_project(project: Path | None, environment: Mapping[str, str]) -> _FromProject:
    """A trusted project's whole file, else what it may say anyway."""
    if project is None:
        return _FromProject(Layer("the project", {}), {}, (), "notNeeded")
    layer = _file_layer(paths.project_config_file(project))
    settings = _validated([layer])  # a mistake in it is told even where the value would be left out
    trust = trust_of(project, layer.text, layer.values, environment)
    if trust == "trusted":
        return _FromProject(layer, {}, (), trust)
    values, warnings = allowed_of_project(layer.source, layer.values, changed=trust == "changed")
    return _FromProject(Layer(layer.source, values, layer.text), settings.rules, warnings, trust)


def _environment_values(environment: Mapping[str, str]) -> dict[str, Any]:
    return {key: environment[name] for name, key in FROM_ENVIRONMENT.items() if environment.get(name)}


def _validated(layers: list[Layer]) -> Settings:
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = _merge(merged, layer.values)
    try:
        return Settings.model_validate(merged)
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
