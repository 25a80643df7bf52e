"""However many parts an answer has, the SDK looks at so few of them that nobody else has to wait."""

from collections.abc import Callable
from typing import Any

import pytest

from sessiond.mcp.base import CallResult, ServerFailed, Text
from sessiond.mcp.connection.connect import connect
from sessiond.mcp.connection.translation.bounded import DEEPEST, MOST_ENTRIES, MOST_KEYS, Bounded, bounded
from support.mcp.host import RememberingHost, by_http, unheard
from support.mcp.replies import TOOL, Json, Reply, Request, answer, legacy, replying

ALL: Json = {"tools": {}}


def serving(**results: Json) -> dict[str, Callable[[Request], Reply]]:
    """A server of tools that answers everything else as given: `tools_call=…` a call."""

    def initialize(request: Request) -> Reply:
        version = request.message["params"]["protocolVersion"]
        info = {"name": "odd", "version": "1"}
        return answer(request, {"protocolVersion": version, "capabilities": ALL, "serverInfo": info})

    def replied(result: Json) -> Callable[[Request], Reply]:
        return lambda request: answer(request, result)

    return {"initialize": initialize} | {name.replace("_", "/"): replied(result) for name, result in results.items()}


async def called(host: RememberingHost, result: Json) -> CallResult:
    async with replying(legacy(serving(tools_call=result))) as url, connect(by_http(url), host) as connection:
        return await connection.call("tool", {}, unheard)


async def test_of_a_result_with_too_many_parts_the_first_are_kept_and_the_rest_is_told() -> None:
    host = RememberingHost()
    result = await called(host, {"content": [{"type": "text", "text": str(number)} for number in range(5_000)]})

    assert result.content == (*map(Text, map(str, range(2_000))), Text("[3,000 parts more are left out.]"))
    assert host.logged == ["3,000 parts of an answer were left out, because there are too many."]


async def test_a_result_of_nothing_but_broken_parts_fails_with_what_is_wrong_with_the_first() -> None:
    with pytest.raises(ServerFailed, match=r"not what MCP asks for: content\.0"):
        await called(RememberingHost(), {"content": [{"type": "text"}] * 100_000})


async def test_structured_content_stays_whole() -> None:
    numbers = [[number] for number in range(2 * MOST_ENTRIES)]

    assert await called(RememberingHost(), {"content": [], "structuredContent": {"of": numbers}}) == CallResult(
        (), {"of": numbers}
    )


async def test_of_a_list_of_broken_tools_the_first_are_looked_at() -> None:
    host = RememberingHost()
    served = legacy(serving(tools_list={"tools": [TOOL, *[{}] * 100_000]}))
    async with replying(served) as url, connect(by_http(url), host) as connection:
        listing = await connection.listing()

    assert [tool.name for tool in listing.tools] == ["tool"]
    assert host.logged[0] == "98,001 parts of an answer were left out, because there are too many."


async def test_lists_are_kept_up_to_so_many_bytes_of_all_their_pages() -> None:
    def page(request: Request) -> Reply:
        number = int(request.message.get("params", {}).get("cursor", 0))
        tool = {"name": f"tool{number}", "inputSchema": {"type": "object", "description": "x" * 5_000_000}}
        return answer(request, {"tools": [tool], "nextCursor": str(number + 1)})

    host = RememberingHost()
    async with replying(legacy({**serving(), "tools/list": page})) as url, connect(by_http(url), host) as connection:
        listing = await connection.listing()

    assert [tool.name for tool in listing.tools] == ["tool0", "tool1", "tool2"]
    assert host.logged == ["Its list of tools has more than 16 MB; the rest is left out."]


async def test_a_cursor_that_is_no_cursor_ends_the_list() -> None:
    host = RememberingHost()
    served = legacy(serving(tools_list={"tools": [TOOL], "nextCursor": "x" * 100_000}))
    async with replying(served) as url, connect(by_http(url), host) as connection:
        assert [tool.name for tool in (await connection.listing()).tools] == ["tool"]

    assert host.logged == ["Its list of tools is cut: it has no end."]


async def test_an_answer_by_http_with_millions_of_objects_is_the_failure_of_its_call() -> None:
    with pytest.raises(ServerFailed, match="more than 1,000,000 lists and objects"):
        await called(RememberingHost(), {"content": [], "structuredContent": {"of": [[]] * 1_000_001}})


@pytest.mark.parametrize("message", [{}, {"content": [{"type": "text", "text": "x"}]}, {"a": [1] * MOST_ENTRIES}])
def test_what_is_within_bounds_is_the_same_object(message: Json) -> None:
    assert bounded(message).whole is message


def test_objects_and_lists_within_are_bounded_together() -> None:
    wide: Json = {str(number): number for number in range(MOST_KEYS + 7)}
    inner: Json = {"icons": [{}] * MOST_ENTRIES}
    cut = bounded({"wide": wide, "tools": [inner, inner]})

    assert list(cut.whole["wide"]) == list(wide)[:MOST_KEYS]
    assert [len(tool["icons"]) for tool in cut.whole["tools"]] == [MOST_ENTRIES - 2, 0]
    assert cut.left_out == 7 + 2 + MOST_ENTRIES


def test_a_depth_that_no_type_has_is_not_looked_into() -> None:
    deep: Any = [1] * (2 * MOST_ENTRIES)
    for _ in range(2 * DEEPEST):
        deep = {"in": deep}

    assert bounded(deep) == Bounded(deep, 0)
