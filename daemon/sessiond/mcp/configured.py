"""A server as it is configured, made into one that can be used: variables filled in, paths absolute.

Called by the pool when it sees the configuration, so that what is missing costs one server. Starts nothing.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from sessiond.config.errors import ConfigError
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.mcp_servers.expansion import expanded
from sessiond.config.network import network_variables
from sessiond.config.privacy.child_environment import secret_values
from sessiond.config.settings import McpServerSettings
from sessiond.mcp.base import Remote, ServerConfig, Stdio


class Surrounding(NamedTuple):
    """What servers are made of beside their settings."""

    environment: Mapping[str, str]
    """What `${NAME}` may stand for: all that the engine sees."""
    children: Mapping[str, str]
    """What every child process sees."""


def to_config(declared: Declared, root: str, surrounding: Surrounding) -> ServerConfig:
    """Raises ConfigError naming the setting and the variable that is not set."""
    settings = declared.settings
    return ServerConfig(
        name=declared.name,
        place=_process(settings, root, surrounding) if settings.url is None else _remote(settings, surrounding),
        start_timeout=settings.start_timeout,
        call_timeout=settings.call_timeout,
        call_timeouts=settings.call_timeouts,
        sampling=settings.sampling,
    )


def secrets_of(config: ServerConfig) -> frozenset[str]:
    """What no log and no reason may show."""
    place = config.place
    if isinstance(place, Stdio):
        return secret_values(place.env)
    values = (*place.headers.values(), place.client_secret or "")
    return frozenset(word for value in values for word in (value, value.rpartition(" ")[2]))


def _process(settings: McpServerSettings, root: str, surrounding: Surrounding) -> Stdio:
    cwd = os.path.expanduser(_filled("cwd", settings.cwd or root, surrounding))
    env = {name: _filled(f"env.{name}", value, surrounding) for name, value in settings.env.items()}
    return Stdio(
        command=tuple(_filled("command", word, surrounding) for word in settings.command or ()),
        cwd=os.path.normpath(os.path.join(root, cwd)),
        env={**surrounding.children, **env},
    )


def _remote(settings: McpServerSettings, surrounding: Surrounding) -> Remote:
    url = _filled("url", settings.url or "", surrounding)
    if not url.startswith(("http://", "https://")):
        raise ConfigError("`url`: must begin with http:// or https:// once its variables are filled in.")
    oauth = settings.oauth
    return Remote(
        url=url,
        kind=settings.transport,
        headers={name: _filled(f"headers.{name}", value, surrounding) for name, value in settings.headers.items()},
        network=network_variables(surrounding.environment),
        client_id=oauth.client_id,
        client_secret=_secret(oauth.client_secret_env, surrounding),
        scopes=None if oauth.scopes is None else tuple(oauth.scopes),
    )


def _secret(variable: str | None, surrounding: Surrounding) -> str | None:
    if variable is None:
        return None
    if variable not in surrounding.environment:
        raise ConfigError(f"`oauth.client_secret_env`: the variable {variable} is not set.")
    return surrounding.environment[variable]


def _filled(key: str, text: str, surrounding: Surrounding) -> str:
    try:
        return expanded(text, surrounding.environment)
    except ConfigError as error:
        raise ConfigError(f"`{key}`: {error.message}") from None
