"""What the reference servers lack: changes, pages, every kind of content, broken results. By stdio or streamable HTTP.

`server.py stdio`, or `server.py http DESCRIPTOR`, which writes its port to the descriptor once it listens.
"""

import os
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import mcp_types as mcp
import uvicorn
from mcp.server import Server, ServerRequestContext
from mcp.server.lowlevel import NotificationOptions
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import InMemorySubscriptionBus, ListenHandler, ToolsListChanged

Context = ServerRequestContext[Any, Any]
Result = mcp.CallToolResult | mcp.InputRequiredResult

bus = InMemorySubscriptionBus()
added: list[str] = []
cancelled: list[str] = []
NAMED = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}


def text(words: str) -> mcp.CallToolResult:
    return mcp.CallToolResult(content=[mcp.TextContent(text=words)])


async def contents(_: Context, __: dict[str, Any]) -> Result:
    """One content of each kind."""
    return mcp.CallToolResult(
        content=[
            mcp.TextContent(text="words"),
            mcp.ImageContent(data="aW1hZ2U=", mime_type="image/png"),
            mcp.AudioContent(data="c291bmQ=", mime_type="audio/wav"),
            mcp.EmbeddedResource(
                resource=mcp.TextResourceContents(uri="test:text", mime_type="text/plain", text="inside")
            ),
            mcp.EmbeddedResource(resource=mcp.BlobResourceContents(uri="test:blob", blob="YmxvYg==")),
            mcp.ResourceLink(uri="test:link", name="link", description="elsewhere", mime_type="text/html"),
        ],
        structured_content={"n": 1},
    )


async def failing(_: Context, __: dict[str, Any]) -> Result:
    return mcp.CallToolResult(content=[mcp.TextContent(text="it does not work")], is_error=True)


async def mistaken(_: Context, __: dict[str, Any]) -> Result:
    """Structured content that is not as its schema says."""
    return mcp.CallToolResult(content=[], structured_content={"n": "one"})


async def big(_: Context, arguments: dict[str, Any]) -> Result:
    return text("x" * int(arguments["bytes"]))


async def change(context: Context, _: dict[str, Any]) -> Result:
    """A tool more."""
    added.append("added")
    await bus.publish(ToolsListChanged())
    if context.protocol_version < "2026":
        await context.session.send_tool_list_changed()
    return text("changed")


async def ask(context: Context, _: dict[str, Any]) -> Result:
    """The name of the user, as the protocol of 2026 has it: the call is made again with the answer."""
    answers = (context.params or {}).get("inputResponses")
    if answers is None:
        params = mcp.ElicitRequestFormParams(message="Who are you?", requested_schema=NAMED)
        return mcp.InputRequiredResult(input_requests={"who": mcp.ElicitRequest(params=params)}, request_state="s")
    return text(str(answers["who"]))


async def wait(context: Context, _: dict[str, Any]) -> Result:
    """For ever."""
    await context.session.report_progress(0, message="waiting")
    try:
        await anyio.sleep_forever()
    except anyio.get_cancelled_exc_class():
        cancelled.append("wait")
        raise
    return text("never")


async def were_cancelled(_: Context, __: dict[str, Any]) -> Result:
    return text(str(len(cancelled)))


async def end(_: Context, __: dict[str, Any]) -> Result:
    """Of the process, in the middle of the call."""
    os._exit(3)


TOOLS: dict[str, Callable[[Context, dict[str, Any]], Awaitable[Result]]] = {
    each.__name__: each for each in (contents, failing, mistaken, big, change, ask, wait, were_cancelled, end)
}
OUTPUTS: dict[str, dict[str, Any]] = {"mistaken": {"type": "object", "properties": {"n": {"type": "integer"}}}}
PAGE = 4


async def list_tools(_: Context, params: mcp.PaginatedRequestParams | None) -> mcp.ListToolsResult:
    start = int(params.cursor) if params and params.cursor else 0
    names = [*TOOLS, *added]
    page = [
        mcp.Tool(name=name, input_schema={"type": "object"}, output_schema=OUTPUTS.get(name))
        for name in names[start : start + PAGE]
    ]
    rest = start + PAGE < len(names)
    return mcp.ListToolsResult(tools=page, next_cursor=str(start + PAGE) if rest else None, ttl_ms=600_000)


async def call_tool(context: Context, params: mcp.CallToolRequestParams) -> Result:
    return await TOOLS[params.name](context, params.arguments or {})


server = Server(
    "modern",
    version="1",
    title="Modern",
    instructions="Be modern.",
    on_list_tools=list_tools,
    on_call_tool=call_tool,
    on_subscriptions_listen=ListenHandler(bus),
)


async def over_stdio() -> None:
    async with stdio_server() as (reading, writing):
        options = server.create_initialization_options(NotificationOptions(tools_changed=True))
        await server.run(reading, writing, options)


async def over_http(descriptor: int) -> None:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(server.streamable_http_app(), log_level="warning")
    listening.listen()
    with os.fdopen(descriptor, "w") as told:
        told.write(f"{listening.getsockname()[1]}\n")
    await uvicorn.Server(config).serve([listening])


if __name__ == "__main__":
    if sys.argv[1] == "stdio":
        anyio.run(over_stdio)
    else:
        anyio.run(over_http, int(sys.argv[2]))
