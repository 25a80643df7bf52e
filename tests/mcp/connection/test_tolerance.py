"""What of a server's lists and results is broken or unknown costs that part only, and the log says so."""

from collections.abc import Callable
from typing import Any

import pytest

from sessiond.mcp.base import CallResult, Listing, PromptFacts, PromptMessage, ServerFailed, Text
from sessiond.mcp.connection import listing as bounds
from sessiond.mcp.connection.connect import connect
from support.mcp.host import RememberingHost, by_http, unheard
from support.mcp.replies import Reply, Request, answer, error, legacy, replying

Json = dict[str, Any]
ALL = {"tools": {}, "prompts": {}, "resources": {}}
GOOD = {"name": "good", "inputSchema": {"type": "object"}}


def offering(**results: Callable[[Request], Reply]) -> dict[str, Callable[[Request], Reply]]:
    """A server that claims to offer everything; `tools_list=…` answers `tools/list`."""

    def initialize(request: Request) -> Reply:
        version = request.message["params"]["protocolVersion"]
        info = {"name": "odd", "version": "1"}
        return answer(request, {"protocolVersion": version, "capabilities": ALL, "serverInfo": info})

    return {"initialize": initialize} | {name.replace("_", "/"): reply for name, reply in results.items()}


def result(value: Json) -> Callable[[Request], Reply]:
    return lambda request: answer(request, value)


async def listed(host: RememberingHost, **results: Callable[[Request], Reply]) -> Listing:
    async with replying(legacy(offering(**results))) as url, connect(by_http(url), host) as connection:
        return await connection.listing()


def names(listing: Listing) -> list[str]:
    return [tool.name for tool in listing.tools]


async def test_a_list_that_is_claimed_and_not_there_is_empty() -> None:
    host = RememberingHost()

    assert names(await listed(host, tools_list=result({"tools": [GOOD]}))) == ["good"]
    assert host.logged == []


async def test_a_list_that_fails_does_not_spoil_the_others() -> None:
    host = RememberingHost()
    listing = await listed(
        host,
        tools_list=lambda request: error(request, -32603, "out of order"),
        prompts_list=result({"prompts": [{"name": "prompt"}]}),
        resources_list=result({"resources": "none"}),
    )

    assert listing == Listing(prompts=(PromptFacts(name="prompt", title=None, description=None, arguments=()),))
    assert sorted(line[:31] for line in host.logged) == [
        "Its list of resources is not co",
        "Its list of tools is not comple",
    ]


@pytest.mark.parametrize(
    "broken",
    [
        {"inputSchema": {"type": "object"}},
        {"name": 7, "inputSchema": {"type": "object"}},
        {"name": "bad"},
        {"name": "bad", "inputSchema": {"type": "string"}},
        {"name": "bad", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": "perhaps"}},
        "bad",
        None,
    ],
)
async def test_a_broken_tool_is_left_out_alone(broken: Any) -> None:
    host = RememberingHost()

    assert names(await listed(host, tools_list=result({"tools": [broken, GOOD]}))) == ["good"]
    assert len(host.logged) == 1 and host.logged[0].startswith("tools/list: left out ")


async def test_a_schema_without_a_type_is_that_of_an_object() -> None:
    listing = await listed(RememberingHost(), tools_list=result({"tools": [{"name": "bare", "inputSchema": {}}]}))

    assert [tool.schema for tool in listing.tools] == [{"type": "object"}]


async def test_pages_that_go_in_circles_are_left() -> None:
    host = RememberingHost()
    listing = await listed(host, tools_list=result({"tools": [GOOD], "nextCursor": "again"}))

    assert names(listing) == ["good", "good"]
    assert host.logged == ["Its list of tools is cut: it goes in circles."]


async def test_pages_without_an_end_are_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "MOST_PAGES", 3)

    def next_page(request: Request) -> Reply:
        cursor = int(request.message.get("params", {}).get("cursor", "0"))
        return answer(request, {"tools": [{**GOOD, "name": f"tool{cursor}"}], "nextCursor": str(cursor + 1)})

    host = RememberingHost()

    assert names(await listed(host, tools_list=next_page)) == ["tool0", "tool1", "tool2"]
    assert host.logged == ["Its list of tools is cut: it has no end."]


async def test_more_tools_than_anyone_needs_are_cut() -> None:
    host = RememberingHost()
    many = [{**GOOD, "name": f"tool{number}"} for number in range(1_200)]

    assert len((await listed(host, tools_list=result({"tools": many}))).tools) == 1_000
    assert host.logged == ["It lists more than 1000 tools; the rest is left out."]


async def test_content_of_an_unknown_kind_is_a_text_that_says_so() -> None:
    video = {"type": "video", "data": "…"}
    replies = offering(
        tools_call=result({"content": [{"type": "text", "text": "see:"}, video]}),
        prompts_get=result({"messages": [{"role": "user", "content": video}]}),
    )
    async with replying(legacy(replies)) as url, connect(by_http(url), RememberingHost()) as connection:
        called = await connection.call("tool", {}, unheard)
        prompt = await connection.prompt("prompt", {})

    unknown = Text("[Content of the kind 'video', which sessiond does not know, is left out.]")
    assert called == CallResult((Text("see:"), unknown))
    assert prompt == (PromptMessage("user", unknown),)


@pytest.mark.parametrize(
    "content", [None, 7, [None], [{"type": 7}], [{"type": "text"}], [{"type": "image", "data": 1}]]
)
async def test_content_that_is_none_fails_the_call(content: Any) -> None:
    replies = offering(tools_call=result({"content": content}))
    async with replying(legacy(replies)) as url, connect(by_http(url), RememberingHost()) as connection:
        with pytest.raises(ServerFailed, match="is not what MCP asks for: content"):
            await connection.call("tool", {}, unheard)
