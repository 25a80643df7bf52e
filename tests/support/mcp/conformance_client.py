"""The client under test of the official conformance suite: our room, with a host that answers as a user would.

The suite runs `python -m support.mcp.conformance_client URL` and tells the scenario in the environment.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from sessiond.mcp.base import Connection, Listing, Remote, ServerConfig, ServerFailed, ToolFacts
from sessiond.mcp.connection.connect import connect
from support.mcp.visitor import visitor

SCENARIO = os.environ["MCP_CONFORMANCE_SCENARIO"]
CONTEXT = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT") or "{}")
DOCUMENT = "https://conformance-test.local/client-metadata.json"
"""The client id that `auth/basic-cimd` looks for."""
ARGUMENTS: dict[str, dict[str, Any]] = {"add_numbers": {"a": 5, "b": 3}, "valid_tool": {"region": "eu"}}
SECONDS = 25


def configured(url: str) -> ServerConfig:
    """As a user who has been given what the scenario gives would configure the server."""
    place = Remote(
        url=url,
        kind=None,
        headers={},
        client_id=DOCUMENT if SCENARIO == "auth/basic-cimd" else CONTEXT.get("client_id"),
        client_secret=CONTEXT.get("client_secret") or CONTEXT.get("private_key_pem"),
    )
    return ServerConfig(
        name="conformance", place=place, start_timeout=SECONDS, call_timeout=SECONDS, call_timeouts={}, sampling=False
    )


def calls(tools: tuple[ToolFacts, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a model would call: each tool once, with what the scenario is about."""
    if SCENARIO == "json-schema-ref-no-deref":
        return  # its tool is there to be listed
    if given := CONTEXT.get("toolCalls"):
        yield from ((call["name"], call["arguments"]) for call in given)
        return
    schemas = {tool.name: tool.schema for tool in tools}
    if "json_schema_echo" in schemas:
        yield "json_schema_echo", {"schema": schemas["json_schema_2020_12_tool"]}
        return
    yield from ((tool.name, ARGUMENTS.get(tool.name, {})) for tool in tools)


async def use(connection: Connection, listing: Listing) -> None:
    for name, arguments in calls(listing.tools):
        try:
            print(name, await connection.call(name, arguments, lambda _text, _done, _total: None))
        except ServerFailed as failure:  # the model reads it
            print(name, "failed:", failure)
    if SCENARIO == "http-standard-headers":
        for resource in listing.resources:
            print(await connection.read(resource.uri))
        for prompt in listing.prompts:
            print(await connection.prompt(prompt.name, {}))


async def main(url: str) -> None:
    async with asyncio.timeout(SECONDS), visitor() as user, connect(configured(url), user) as connection:
        await use(connection, await connection.listing())


if __name__ == "__main__":
    try:
        asyncio.run(main(sys.argv[1]))
    except ServerFailed as failure:
        sys.exit(str(failure))
