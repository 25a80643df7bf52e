"""The proxy that the developer's environment names for a URL. Pure.

Behind one, the proxy resolves names and decides what can be reached; the user has chosen it.
"""

from collections.abc import Callable, Mapping
from typing import cast
from urllib.request import proxy_bypass_environment  # pyright: ignore - typeshed leaves this one out

from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.urls import Target


def proxy_for(target: Target, environment: Mapping[str, str]) -> str | None:
    """The address of an HTTP proxy; None: connect directly. Raises ToolFailed for a kind that is not supported."""
    variables = {name.lower(): value for name, value in sorted(environment.items())}  # lower case last: it wins
    proxy = variables.get(f"{target.scheme}_proxy") or variables.get("all_proxy")
    if not proxy or _excepted(target, variables.get("no_proxy", "")):
        return None
    if "://" not in proxy:
        proxy = f"http://{proxy}"
    if not proxy.startswith(("http://", "https://")):
        raise ToolFailed("The environment names a proxy that is not HTTP, which webfetch cannot use.")
    return proxy


def _excepted(target: Target, names: str) -> bool:
    bypass = cast(Callable[[str, dict[str, str]], object], proxy_bypass_environment)
    return bool(bypass(f"{target.host}:{target.port}", {"no": names}))
