"""How a server, or whoever logs in for it, is reached: as the client's environment says. Also of use to `oauth`."""

from typing import Any

from sessiond.config.errors import ConfigError
from sessiond.config.network import options, way_to
from sessiond.mcp.base import Remote, ServerFailed


def network_options(place: Remote, url: str) -> dict[str, Any]:
    """For `httpx2.AsyncClient`. Raises ServerFailed."""
    try:
        return options(way_to(url, place.network))
    except ConfigError as error:
        raise ServerFailed(error.message) from None
