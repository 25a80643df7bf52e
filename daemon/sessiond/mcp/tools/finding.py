"""Which server has a resource, and which resources there are. For the tool and for prompts. Pure."""

from collections.abc import Iterator, Sequence

from sessiond.mcp.base import ResourceFacts, Server
from sessiond.tools.paths import quoted


class Unfindable(Exception):
    """No server has it, or several. The text says what to do."""


def server_of(servers: Sequence[Server], uri: str, name: str | None) -> Server:
    """The server of that name, or else the only one that offers the URI. Raises Unfindable.

    One that is named, or the only one there is, need not have listed the URI: not all that can be read is listed.
    """
    if name is None:
        candidates = _offering(servers, uri) or (servers if len(servers) == 1 else [])
    else:
        candidates = [server for server in servers if server.name == name]
    if len(candidates) == 1:
        return candidates[0]
    names = ", ".join(server.name for server in candidates or servers)
    if candidates:
        raise Unfindable(f"Several servers offer {quoted(uri)}. Give `server`, one of: {names}.")
    if name is not None:
        raise Unfindable(f"There is no MCP server {quoted(name)}. There are: {names or 'none'}.")
    raise Unfindable(
        f"No server lists {quoted(uri)}. If one has it all the same, give `server`, one of: {names or 'none'}."
    )


def found_resources(servers: Sequence[Server], query: str | None) -> Iterator[tuple[Server, ResourceFacts]]:
    """Those with the text in their name, title or URI; case does not matter."""
    wanted = (query or "").casefold()
    for server in servers:
        for facts in server.listing.resources:
            if any(wanted in text.casefold() for text in (facts.name, facts.title or "", facts.uri)):
                yield server, facts


def _offering(servers: Sequence[Server], uri: str) -> Sequence[Server]:
    """Those that list it, else those with a template that begins as it does."""
    exactly = [server for server in servers if any(facts.uri == uri for facts in server.listing.resources)]
    return exactly or [server for server in servers if any(_may_make(facts, uri) for facts in server.listing.resources)]


def _may_make(facts: ResourceFacts, uri: str) -> bool:
    beginning = facts.uri.partition("{")[0]
    return facts.template and beginning != "" and uri.startswith(beginning)
