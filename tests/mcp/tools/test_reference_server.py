"""The tools, resources and prompts of the reference server, from its process to what the model gets."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sessiond.engine.calls.arguments import validated
from sessiond.mcp.attachments import attached, resources_of
from sessiond.mcp.base import Connect, Stdio
from sessiond.mcp.connection.connect import connect
from sessiond.mcp.logs import ServerLog
from sessiond.mcp.prompts import commands_of, prompt_of
from sessiond.mcp.supervision.link import Means
from sessiond.mcp.supervision.supervised import Supervised
from sessiond.mcp.tools.naming import tool_names
from sessiond.mcp.tools.remote_tool import RemoteTool
from sessiond.mcp.tools.resource_tool import ReadResource
from sessiond.tools.base import Tool, ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.methods import CommandInput, FileInput, TextInput
from support.mcp.host import configured, refuse
from support.mcp.played.supervised import ready
from support.mcp.real_servers import everything
from support.tools.scope import run_tool, tool_scope

TEXT_URI = "demo://resource/dynamic/text/1"


@asynccontextmanager
async def running(tmp_path: Path) -> AsyncGenerator[Supervised]:
    async def with_sdk() -> Connect:
        return connect

    config = configured(Stdio(command=tuple(everything()), cwd=str(tmp_path), env={"PATH": "/usr/bin:/bin"}))
    server = Supervised(config, "/project", Means(with_sdk, refuse), ServerLog(tmp_path, "all", "/project", str))
    try:
        await ready(server)
        yield server
    finally:
        await server.stop("The test is over.")


async def test_what_its_tools_give_reaches_the_model(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        listing = server.listing.tools
        names = tool_names([(server.name, [facts.name for facts in listing])])
        tools: dict[str, Tool] = {
            facts.name: RemoteTool(names[server.name, facts.name], server, facts) for facts in listing
        }

        async def called(name: str, **arguments: object) -> ToolResult:
            tool = tools[name]
            given = validated(tool, arguments)
            assert [ask.permission for ask in tool.asks(given, "/", "/")] == [f"tested_{name}"]
            return await tool.run(given, tool_scope(tmp_path))

        assert (await called("echo", Message="hi")).output == "Echo: hi"
        assert (await called("get-sum", a="1", b=2.5)).output == "The sum of 1 and 2.5 is 3.5."
        image = await called("get-tiny-image")
        assert [attachment.media_type for attachment in image.attachments] == ["image/png"]
        weather = await called("get-structured-content", location="Chicago")
        assert (weather.metadata or {})["structuredContent"]["conditions"] in weather.output
        assert weather.output.count("temperature") == 1
        assert "uri `demo://resource/dynamic/text/2`" in (await called("get-resource-links", count=2)).output
        for kind in ("Text", "Blob"):
            resource = await called("get-resource-reference", resourceType=kind, resourceId=1)
            assert f"demo://resource/dynamic/{kind.lower()}/1:\nResource 1: This is a " in resource.output
        with pytest.raises(ToolFailed, match="location: it must be one of: New York, Chicago, Los Angeles"):
            await called("get-structured-content", location="Paris")


async def test_its_resources_are_read_and_attached_and_its_prompts_are_commands(tmp_path: Path) -> None:
    async with running(tmp_path) as server:
        tool = ReadResource((server,))
        assert "demo://resource/dynamic/text/{resourceId}" in (await run_tool(tool, tool_scope(tmp_path))).output
        read = await run_tool(tool, tool_scope(tmp_path), uri=TEXT_URI)
        assert read.output.startswith(f"{TEXT_URI}:\nResource 1: This is a plaintext resource")
        listed = resources_of((server,), "architecture")
        (part,) = await attached(FileInput(media_type="text/markdown", uri=listed[0].uri), (server,))
        assert isinstance(part, TextInput)
        assert "# Everything Server" in part.text

        assert [command.name for command in commands_of((server,), "args")] == ["tested:args-prompt"]
        found = await prompt_of(CommandInput(name="tested:args-prompt", arguments="Paris"), (server,))
        assert found == [TextInput(text="What's weather in Paris?")]
        embedded = await prompt_of(CommandInput(name="tested:resource-prompt", arguments="Text 1"), (server,))
        assert f"{TEXT_URI}:\nResource 1: This is a plaintext resource" in getattr(embedded[0], "text", "")
