"""The tool that lists and reads what servers offer to be read."""

from pathlib import Path
from typing import Any

import pytest

from sessiond.mcp.base import Listing, ResourceFacts, ServerFailed
from sessiond.mcp.tools.resource_tool import ReadResource, ReadResourceArguments
from sessiond.tools.base import Ask, ToolResult
from sessiond.tools.failure import ToolFailed
from support.mcp.offered import Offered
from support.tools.scope import run_tool, tool_scope


def resource(uri: str, name: str = "it", **facts: Any) -> ResourceFacts:
    known: dict[str, Any] = {"title": None, "description": None, "media_type": None, "size": None}
    return ResourceFacts(uri=uri, name=name, template="{" in uri, **known | facts)


def offering(name: str, *resources: ResourceFacts) -> Offered:
    return Offered(name, Listing(resources=resources))


DOCS = offering("docs", resource("doc://a", "a", title="The A"), resource("doc://page/{number}", "page"))
NOTES = offering("notes", resource("note://1", media_type="text/plain", description="One\nnote."), resource("doc://a"))


async def read(tmp_path: Path, **arguments: Any) -> ToolResult:
    return await run_tool(ReadResource((DOCS, NOTES)), tool_scope(tmp_path), **arguments)


async def test_without_a_uri_it_lists_what_there_is(tmp_path: Path) -> None:
    assert await read(tmp_path) == ToolResult(
        "- doc://a (docs, The A)\n"
        "- doc://page/{number} (docs, page, a template)\n"
        "- note://1 (notes, it, text/plain): One note.\n"
        "- doc://a (notes, it)",
        "Resources of MCP servers",
        {"count": 4},
    )
    assert (
        await read(tmp_path, server="docs", query="PAGE")
    ).output == "- doc://page/{number} (docs, page, a template)"
    assert (await read(tmp_path, query="nothing")).output == "(no such resource is offered)"


async def test_a_long_list_is_cut_and_says_so(tmp_path: Path) -> None:
    many = offering("many", *(resource(f"doc://{number}") for number in range(150)))
    lines = (await run_tool(ReadResource((many,)), tool_scope(tmp_path))).output.splitlines()
    assert (len(lines), lines[-1]) == (101, "(50 more are left out; give `query`)")


@pytest.mark.parametrize(
    ("arguments", "server"),
    [
        ({"uri": "note://1"}, "notes"),
        ({"uri": "doc://page/5"}, "docs"),
        ({"uri": "doc://a", "server": "notes"}, "notes"),
    ],
)
async def test_a_resource_is_read_from_the_server_that_has_it(
    tmp_path: Path, arguments: dict[str, str], server: str
) -> None:
    uri = arguments["uri"]
    assert await read(tmp_path, **arguments) == ToolResult(f"content of {uri}", f"{server}: {uri}")


async def test_what_no_list_has_can_be_read_from_a_server_that_is_named_or_the_only_one(tmp_path: Path) -> None:
    assert (await read(tmp_path, uri="x://y", server="docs")).title == "docs: x://y"
    assert (await run_tool(ReadResource((DOCS,)), tool_scope(tmp_path), uri="x://y")).title == "docs: x://y"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"uri": "doc://a"}, "Several servers offer 'doc://a'. Give `server`, one of: docs, notes."),
        ({"uri": "x://y"}, "No server lists 'x://y'. If one has it all the same, give `server`, one of: docs, notes."),
        ({"uri": "doc://a", "server": "x"}, "There is no MCP server 'x'. There are: docs, notes."),
    ],
)
async def test_whose_it_is_must_be_certain(tmp_path: Path, arguments: dict[str, str], said: str) -> None:
    with pytest.raises(ToolFailed) as failure:
        await read(tmp_path, **arguments)
    assert str(failure.value) == said


def test_reading_needs_leave_for_the_server_and_the_uri_and_listing_needs_none() -> None:
    tool = ReadResource((DOCS, NOTES))
    assert tool.asks(ReadResourceArguments(), "/", "/") == []
    assert tool.asks(ReadResourceArguments(uri="note://1"), "/", "/") == [
        Ask(permission="readResource", title="Read note://1 of notes", text="notes note://1", offer="notes *")
    ]


async def test_a_server_that_fails_is_an_error_that_the_model_reads(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="There is no such thing"):
        await run_tool(
            ReadResource((Offered(answer=ServerFailed("There is no such thing.")),)), tool_scope(tmp_path), uri="x"
        )
