"""What a rule's pattern is held against: a path, a shell command, a site on the web, or plain text. Pure.

Used by `rules.py`. A rule that allows must match exactly what is meant; one that asks or denies also
holds for what is the same by another name.
"""

import re
from functools import lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


class Subject(Protocol):
    def matches(self, pattern: str, *, allowing: bool) -> bool: ...


class Text(NamedTuple):
    """By any of several names: a file's from the project's root, and its absolute one."""

    names: tuple[str, ...]

    def matches(self, pattern: str, *, allowing: bool) -> bool:
        del allowing
        return any(matches(pattern, name) for name in self.names)


class Command(NamedTuple):
    """One simple command. Rules that ask or deny `rm *` hold for `/bin/rm x` as well; one that allows it does not."""

    text: str

    def matches(self, pattern: str, *, allowing: bool) -> bool:
        if matches(pattern, self.text):
            return True
        program, space, rest = self.text.partition(" ")
        by_path = not allowing and "/" in program
        return by_path and matches(pattern, program.rpartition("/")[2] + space + rest)


class Site(NamedTuple):
    """A URL. A pattern is a host (`docs.python.org`, `*.python.org`), or one with a path, or a whole URL.

    `*` in the host's part never reaches into the path, or `*.org` would allow `https://evil.com/x.org`.
    """

    url: str

    def matches(self, pattern: str, *, allowing: bool) -> bool:
        if pattern == "*" or (not allowing and matches(pattern, self.url)):
            return True
        parts = parts_of(self.url)
        if parts is None:
            return False
        scheme, _, place = pattern.rpartition("://")
        host, slash, path = place.partition("/")
        return (
            (not scheme or matches(scheme, parts.scheme))
            and matches(host.lower(), site(parts))
            and (not slash or matches("/" + path, _path(parts)))
        )


def parts_of(url: str) -> SplitResult | None:
    """The URL's parts; None where browsers and libraries would not agree which host it means."""
    if re.search(r"[\\\s\x00-\x1f\x7f]", url):
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for a port that is none
    except ValueError:
        return None
    return parts if parts.hostname and "@" not in parts.netloc else None


def site(parts: SplitResult) -> str:
    """The host, with its port where it is not the scheme's own."""
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{parts.port}"


def matches(pattern: str, text: str) -> bool:
    """`*` stands for any text, `/` included; `?` for one character; a final ` *` also for nothing at all."""
    return pattern == "*" or _expression(pattern.replace("\\", "/")).fullmatch(text.replace("\\", "/")) is not None


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str]:
    words, rest = (pattern[:-2], "( .*)?") if pattern.endswith(" *") else (pattern, "")
    return re.compile(re.escape(words).replace(r"\*", ".*").replace(r"\?", ".") + rest, re.DOTALL)
