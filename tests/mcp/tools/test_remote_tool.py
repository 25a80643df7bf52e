"""A remote tool as the engine sees it: what it asks leave for, what it sends, what it says of itself."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from sessiond.mcp.base import ServerFailed
from sessiond.mcp.tools.arguments import RemoteArguments
from sessiond.mcp.tools.remote_tool import MAX_ARGUMENTS, MAX_DESCRIPTION, RemoteTool
from sessiond.permission.judge import Judge
from sessiond.permission.rules import Rulebook, Verdict, rules_of
from sessiond.tools.base import Ask, Tool, ToolResult
from sessiond.tools.failure import ToolFailed
from sessiond_protocol.tools import ToolAnnotations
from support.mcp.offered import Offered, tool_facts
from support.tools.scope import run_tool, tool_scope

READS = ToolAnnotations(read_only=True, open_world=True)


def remote(server: Offered | None = None, **facts: Any) -> RemoteTool:
    return RemoteTool("files_read_file", server or Offered(), tool_facts(**facts))


def asked(tool: RemoteTool, **arguments: Any) -> Ask:
    (ask,) = tool.asks(RemoteArguments(arguments), "/", "/")
    return ask


def test_it_fits_the_contract_of_tools_and_says_where_it_comes_from() -> None:
    tool: Tool = remote(title="Read\x1b a file", annotations=READS)
    assert isinstance(tool, RemoteTool)
    assert (tool.name, tool.server_name, tool.title, tool.annotations) == (
        "files_read_file", "files", "Read\ufffd a file", READS,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "described"),
    [
        ({}, "Reads a file."),
        ({"title": "Read File"}, "Read File\n\nReads a file."),
        ({"title": "read_file"}, "Reads a file."),
        ({"description": " \n"}, "(Its server does not describe it.)"),
        ({"description": "x" * 5000}, "x" * (MAX_DESCRIPTION - 1) + "…"),
    ],
)
def test_the_description_is_the_server_s_within_bounds(facts: dict[str, Any], described: str) -> None:
    assert remote(**facts).description == described


def test_calls_run_at_once_only_where_the_server_says_that_they_only_read() -> None:
    assert remote(annotations=READS).concurrent
    assert not remote(annotations=ToolAnnotations(read_only=False, idempotent=True)).concurrent
    assert not remote().concurrent


def test_leave_is_asked_by_name_for_the_arguments_as_json() -> None:
    ask = asked(remote(title="Read a file"), path="ä\x1b.py", lines=[1, 2])
    assert ask == Ask(
        permission="files_read_file", title="files: Read a file", text='{"lines":[1,2],"path":"ä\\u001b.py"}', offer="*"
    )


@pytest.mark.parametrize(
    ("annotations", "said"),
    [
        (READS, " (its server says that it only reads and reaches beyond its server)"),
        (ToolAnnotations(read_only=True, destructive=True), " (its server says that it only reads)"),
        (ToolAnnotations(destructive=True), " (its server says that it may destroy)"),
        (ToolAnnotations(read_only=False, destructive=False), " (its server says that it destroys nothing)"),
        (ToolAnnotations(idempotent=True), ""),
        (None, ""),
    ],
)
def test_a_question_tells_what_the_server_claims(annotations: ToolAnnotations | None, said: str) -> None:
    assert asked(remote(annotations=annotations)).title == f"files: read_file{said}"


def test_arguments_too_long_to_be_judged_are_refused_rather_than_cut() -> None:
    with pytest.raises(ToolFailed, match="The arguments of files_read_file are too long"):
        asked(remote(), path="x" * MAX_ARGUMENTS)


@pytest.mark.parametrize(
    ("rules", "verdict"),
    [
        ({}, "ask"),
        ({"files_read_file": "allow"}, "allow"),
        ({"files_*": "deny"}, "deny"),
        ({"files_read_file": {'*"path":"src/*': "allow"}}, "allow"),
        ({"files_*": "allow", "files_read_file": {"*secret*": "deny"}}, "allow"),
        ({"read": "deny", "readResource": "deny"}, "ask"),
    ],
)
def test_rules_go_by_its_name_and_its_arguments(rules: dict[str, Any], verdict: Verdict, tmp_path: Path) -> None:
    ask = asked(remote(annotations=READS), path="src/a.py")
    judge = Judge(Rulebook(rules_of(rules)), str(tmp_path))
    assert judge.text(ask.permission, ask.text or "", ask.offer).verdict == verdict


async def test_a_call_reaches_the_server_under_its_own_names_and_tells_its_progress(tmp_path: Path) -> None:
    server, told = Offered(), list[tuple[Any, ...]]()

    def hears(text: str | None, done: float | None, total: float | None) -> None:
        told.append((text, done, total))

    scope = msgspec.structs.replace(tool_scope(tmp_path), progress=hears)
    result = await run_tool(remote(server, title="Read a file"), scope, path="a.py")
    assert result == ToolResult("read_file has {'path': 'a.py'}", "files: Read a file")
    assert server.asked == [("read_file", {"path": "a.py"})]
    assert told == [("half\ufffd[2J done", 1, 2)]


async def test_a_server_that_fails_is_an_error_that_the_model_reads(tmp_path: Path) -> None:
    server = Offered(answer=ServerFailed("MCP server files: it has ended.\n" * 10_000))
    with pytest.raises(ToolFailed, match="MCP server files: it has ended") as failure:
        await run_tool(remote(server), tool_scope(tmp_path), path="a.py")
    assert len(str(failure.value)) < 51_000
