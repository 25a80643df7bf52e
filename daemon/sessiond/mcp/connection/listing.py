"""Everything that a server offers, page by page and within bounds. A list that fails is empty, and the log says why.

`client.py` uses it. What a server does not claim to have is not asked for.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Protocol, TypeVar

import msgspec
from mcp import Client, MCPError
from mcp_types import CONNECTION_CLOSED, METHOD_NOT_FOUND, PaginatedResult, Tool
from pydantic import ValidationError

from sessiond.mcp.base import Listing
from sessiond.mcp.connection.failures import failure_of
from sessiond.mcp.connection.translation.from_mcp import from_prompt, from_resource, from_template, from_tool

MOST_PAGES = 200
MOST = {"tools": 1_000, "prompts": 1_000, "resources": 10_000, "resource templates": 1_000}
MOST_BYTES = 16_000_000
"""Of one list; kept for as long as the server is."""
LONGEST_CURSOR = 10_000

Page = TypeVar("Page", bound=PaginatedResult)
Page_co = TypeVar("Page_co", bound=PaginatedResult, covariant=True)
Facts = TypeVar("Facts")
Tell = Callable[[str], None]


class Fetch(Protocol[Page_co]):
    """A method of the SDK's client that gets a page."""

    def __call__(self, *, cursor: str | None) -> Coroutine[Any, Any, Page_co]: ...


async def listed(client: Client, tell: Tell) -> Listing:
    """Asks for all lists at once. Raises a group of what the SDK raises when the connection ends meanwhile."""
    has = client.server_capabilities
    async with asyncio.TaskGroup() as group:

        def start(
            there: object, what: str, fetch: Fetch[Page], facts: Callable[[Page], list[Facts]]
        ) -> asyncio.Task[list[Facts]]:
            return group.create_task(_all(what, fetch, facts, tell) if there else _none())

        tools = start(
            has.tools, "tools", client.list_tools, lambda page: [*map(from_tool, filter(_can_be_called, page.tools))]
        )
        prompts = start(has.prompts, "prompts", client.list_prompts, lambda page: [*map(from_prompt, page.prompts)])
        resources = start(
            has.resources, "resources", client.list_resources, lambda page: [*map(from_resource, page.resources)]
        )
        templates = start(
            has.resources,
            "resource templates",
            client.list_resource_templates,
            lambda page: [*map(from_template, page.resource_templates)],
        )
    return Listing(tuple(tools.result()), tuple(prompts.result()), (*resources.result(), *templates.result()))


def _can_be_called(tool: Tool) -> bool:
    """Some are only for clients with tasks, an experiment of the protocol of 2025 that we take no part in."""
    return tool.execution is None or tool.execution.task_support != "required"


async def _none() -> list[Any]:
    return []


async def _all(what: str, fetch: Fetch[Page], facts: Callable[[Page], list[Facts]], tell: Tell) -> list[Facts]:
    found: list[Facts] = []
    room = MOST_BYTES
    try:
        async for page in _pages(what, fetch, tell):
            some = facts(page)
            room -= _size(some)
            if room < 0:
                tell(f"Its list of {what} has more than {MOST_BYTES / 1e6:.0f} MB; the rest is left out.")
                break
            found += some
            if len(found) > MOST[what]:
                tell(f"It lists more than {MOST[what]} {what}; the rest is left out.")
                break
    except (MCPError, ValidationError) as error:
        code = error.code if isinstance(error, MCPError) else None
        if code == CONNECTION_CLOSED:
            raise
        if code != METHOD_NOT_FOUND:
            tell(f"Its list of {what} is not complete. {failure_of(error)}")
    return found[: MOST[what]]


async def _pages(what: str, fetch: Fetch[Page], tell: Tell) -> AsyncIterator[Page]:
    cursor: str | None = None
    seen = set[str]()
    while True:
        page = await fetch(cursor=cursor)
        yield page
        cursor = page.next_cursor
        if not cursor:
            return
        if cursor in seen or len(seen) + 1 == MOST_PAGES or len(cursor) > LONGEST_CURSOR:
            tell(f"Its list of {what} is cut: " + ("it goes in circles." if cursor in seen else "it has no end."))
            return
        seen.add(cursor)


def _size(found: list[Any]) -> int:
    """In bytes of JSON. What cannot be written as such is too large."""
    try:
        return len(msgspec.json.encode(found))
    except (RecursionError, ValueError):
        return MOST_BYTES + 1
