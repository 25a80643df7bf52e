"""URLs as `webfetch` takes them: one spelling each, so that what rules match is exactly what is fetched. Pure.

Nothing else reads a URL: two readers that disagree about where the host ends are a way around every rule.
"""

import re
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec

from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.addresses import numeric

PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 8000
"""Characters; common servers refuse longer ones."""
_NAME = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_UNRESERVED = re.compile(r"%(?:2[dDeE]|3[0-9]|[46][1-9a-fA-F]|[57][0-9aA]|5[fF]|7[eE])")
_KEPT = "%/:?@!$&'()*+,;=~[]|"


class Target(msgspec.Struct, frozen=True):
    scheme: str
    host: str
    """Lower case and ASCII; an address as it is usually written, IPv6 without brackets."""
    port: int
    path: str
    """With the query, as it is sent."""

    @property
    def authority(self) -> str:
        """Host, and port where it is not the usual one: what the `Host` header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"

    def at(self, address: str) -> str:
        """The same, asked of this address."""
        return f"{self.scheme}://{f'[{address}]' if ':' in address else address}:{self.port}{self.path}"


def target(url: str) -> Target:
    """Reads a URL; its fragment is left out. Raises ToolFailed, saying what is wrong with it."""
    if len(url) > MAX_LENGTH or re.search(r"[\x00-\x20\x7f\\\ud800-\udfff]", url.strip()):
        raise ToolFailed(f"{_shown(url)} is no URL: it has blanks, backslashes or control characters, or is too long.")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise ToolFailed(f"{_shown(url)} is no URL: {error}.") from None
    if parts.scheme not in PORTS:
        raise ToolFailed(f"{_shown(url)} is not fetched: only http:// and https:// URLs are.")
    if "@" in parts.netloc:
        raise ToolFailed("URLs with a user name or a password are not fetched. Leave out what stands before the @.")
    host = _host(parts.hostname or "", url)
    query = f"?{quote(_plain(parts.query), safe=_KEPT)}" if parts.query else ""
    return Target(parts.scheme, host, port or PORTS[parts.scheme], _path(parts.path) + query)


def redirected(source: Target, location: str) -> Target:
    """Where a redirect leads. Raises ToolFailed."""
    try:
        return target(urljoin(source.url, location.strip()))
    except ValueError:
        raise ToolFailed(f"{source.url} redirects to {_shown(location)}, which is no URL.") from None


def _host(host: str, url: str) -> str:
    name = host.rstrip(".")
    if not name.isascii():
        name = _ascii(name)
    address = numeric(name)
    if address is not None and "%" not in name:
        return str(address)
    if _NAME.fullmatch(name) is None or len(name) > 253:
        raise ToolFailed(f"{_shown(url)} is no URL: {host!r} is not the name of a host.")
    return name


def _ascii(name: str) -> str:
    """A name in other letters as DNS has it; empty when it has none."""
    import idna  # noqa: PLC0415 - needed for few names, and large

    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except idna.IDNAError:
        return ""


def _path(path: str) -> str:
    """Without `.` and `..`, which servers follow too: `/docs/../x` must not match a rule for `/docs/*`."""
    kept: list[str] = []
    segments = _plain(path).split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    return "/" + quote("/".join(kept), safe=_KEPT)


def _plain(text: str) -> str:
    """Without escapes of characters that need none (RFC 3986 §2.3): `%2e` is a dot."""
    return _UNRESERVED.sub(lambda escape: unquote(escape[0]), text)


def _shown(url: str) -> str:
    return repr(url[:200].encode("utf-8", "replace").decode("utf-8"))
