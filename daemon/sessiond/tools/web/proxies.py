"""The proxy that the developer's environment names for a page. Pure.

Behind one, the proxy resolves names and decides what can be reached; the user has chosen it.
"""

from collections.abc import Mapping

from sessiond.config import network
from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.urls import Target


def proxy_for(target: Target, environment: Mapping[str, str]) -> str | None:
    """The address of an HTTP proxy; None: connect directly. Raises ToolFailed for a kind that is not supported."""
    proxy = network.proxy_for(target.scheme, f"{target.host}:{target.port}", environment)
    if proxy is not None and not proxy.startswith(("http://", "https://")):
        raise ToolFailed("The environment names a proxy that is not HTTP, which webfetch cannot use.")
    return proxy
