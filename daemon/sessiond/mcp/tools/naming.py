"""The names under which models see the tools of MCP servers: `<server>_<tool>`. Pure.

A name has an underscore, which no built-in tool has, and fits what every provider takes: 64 of `a-zA-Z0-9_-`, and
no digit or dash at the beginning. It never changes hands: two tools that would share one get neither (decision 0107).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

LONGEST = 64
HASH_DIGITS = (8, 16, 40)
"""Of the hash behind a name that needs one; more only where fewer are not enough to tell two tools apart."""
_OTHER = re.compile(r"[^a-zA-Z0-9_-]")
_LOOKS_HASHED = re.compile(r"_[0-9a-fA-F]{8,}$")

Source = tuple[str, str]
"""A server and its own name of a tool."""


def tool_names(servers: Sequence[tuple[str, Sequence[str]]]) -> dict[Source, str]:
    """The name of each tool, in the order given; unique without regard to case, whatever that order is."""
    sources = list(dict.fromkeys((server, tool) for server, tools in servers for tool in tools))
    names = {source: plain_name(source) for source in sources if not _needs_hash(plain_name(source))}
    names = _unshared(names)
    for digits in HASH_DIGITS:
        names |= _unshared({source: hashed_name(source, digits) for source in sources if source not in names})
    return {source: names[source] for source in sources}


def plain_name(source: Source) -> str:
    """As long as it comes."""
    name = _OTHER.sub("_", "_".join(source))
    return name if name[0].isalpha() or name[0] == "_" else f"_{name}"


def hashed_name(source: Source, digits: int) -> str:
    """What fits of the plain name, and a hash of the server and its own name of the tool."""
    spelt_out = "\0".join(source).encode(errors="surrogatepass")
    ending = "_" + hashlib.sha256(spelt_out).hexdigest()[:digits]
    return plain_name(source)[: LONGEST - len(ending)] + ending


def _needs_hash(name: str) -> bool:
    """Also where it looks as if it had one: else a server could give its tool the name of another's."""
    return len(name) > LONGEST or _LOOKS_HASHED.search(name) is not None


def _unshared(names: dict[Source, str]) -> dict[Source, str]:
    """Without those that several would have."""
    count = Counter(name.lower() for name in names.values())
    return {source: name for source, name in names.items() if count[name.lower()] == 1}
