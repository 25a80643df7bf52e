"""How a client's environment says that servers are reached: through which proxy, and trusting which certificates.

Asked for every HTTP client that the engine makes on a client's behalf: a library by itself would read the
environment of the engine's process, which is that of another client.
"""

import ssl
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit
from urllib.request import proxy_bypass_environment  # pyright: ignore - typeshed leaves this one out

from sessiond.config.errors import ConfigError

_TRUST = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PORTS = {"http": 80, "https": 443}


class Way(NamedTuple):
    """To one server. None: directly; the system's certificates."""

    proxy: str | None = None
    certificates: str | None = None
    """A file, as `SSL_CERT_FILE` names it."""
    certificate_directory: str | None = None


def network_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """All of the environment that counts here."""
    return {name: value for name, value in environment.items() if name in _TRUST or name.lower().endswith("_proxy")}


def way_to(url: str, environment: Mapping[str, str]) -> Way:
    """For a URL of http or https; any other is reached directly."""
    parts = urlsplit(url)
    return Way(
        proxy_for(parts.scheme, f"{parts.hostname}:{parts.port or _PORTS.get(parts.scheme, 0)}", environment),
        *(environment.get(name) or None for name in _TRUST),
    )


def proxy_for(scheme: str, place: str, environment: Mapping[str, str]) -> str | None:
    """The proxy's address. `place` is host and port."""
    named = {name.lower(): value for name, value in sorted(environment.items())}  # lower case last: it wins
    proxies = {name.removesuffix("_proxy"): value for name, value in named.items() if name.endswith("_proxy")}
    if not any(proxies.values()):
        proxies = _of_the_system()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or _excepted(place, proxies.get("no", "")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def options(way: Way) -> dict[str, Any]:
    """For `httpx2.AsyncClient`. Reads the certificates; raises ConfigError where there are none."""
    verify: ssl.SSLContext | bool = True
    if way.certificates or way.certificate_directory:
        try:
            verify = ssl.create_default_context(cafile=way.certificates, capath=way.certificate_directory)
        except OSError as error:
            named = way.certificates or way.certificate_directory
            raise ConfigError(f"{' or '.join(_TRUST)} names {named}, which has no certificates: {error}.") from None
    return {"proxy": way.proxy, "verify": verify, "trust_env": False}


def _of_the_system() -> dict[str, str]:
    """Where the system has settings of its own, beside the environment."""
    ask = getattr(urllib.request, "getproxies_macosx_sysconf", None) or getattr(
        urllib.request, "getproxies_registry", None
    )
    return ask() if ask else {}


def _excepted(place: str, names: str) -> bool:
    bypass = cast(Callable[[str, dict[str, str]], object], proxy_bypass_environment)
    return bool(bypass(place, {"no": names}))
