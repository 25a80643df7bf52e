"""Arguments for remote tools: mended and held against the server's schema, within bounds, in words for the model."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.engine.calls.arguments import validated
from sessiond.mcp.tools.arguments import RemoteArguments
from sessiond.mcp.tools.checking import complaints
from sessiond.mcp.tools.remote_tool import RemoteTool
from sessiond.tools.failure import ToolFailed
from support.mcp.offered import Offered, tool_facts
from support.mcp.schemas import schemas

SEARCH: dict[str, Any] = {
    "type": "object",
    "properties": {
        "query": {"type": "string", "description": "What to look for."},
        "limit": {"type": "integer", "minimum": 1},
        "deep": {"type": "boolean"},
        "since": {"type": ["string", "null"]},
        "tags": {"type": "array", "items": {"$ref": "#/$defs/Tag"}},
        "kind": {"enum": ["code", "text"]},
        "place": {"anyOf": [{"type": "string"}, {"type": "object", "required": ["line"]}]},
    },
    "required": ["query"],
    "$defs": {"Tag": {"type": "object", "properties": {"name": {"type": "string"}}, "additionalProperties": False}},
}


def sent(schema: dict[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """What the server would get."""
    made = validated(RemoteTool("files_search", Offered(), tool_facts(schema=schema)), arguments)
    assert isinstance(made, RemoteArguments)
    return made.root


def refusal(schema: dict[str, Any], arguments: dict[str, Any]) -> str:
    with pytest.raises(ToolFailed) as failure:
        sent(schema, arguments)
    return str(failure.value)


@pytest.mark.parametrize(
    ("given", "mended"),
    [
        ({"query": "x", "limit": "5", "deep": "true"}, {"query": "x", "limit": 5, "deep": True}),
        ({"query": 5, "tags": '[{"name": "a"}]'}, {"query": "5", "tags": [{"name": "a"}]}),
        ({"query": "x", "tags": ['{"Name": "a"}']}, {"query": "x", "tags": [{"name": "a"}]}),
        ({"query": "x", "limit": None, "since": None, "why": None}, {"query": "x", "since": None}),
        ({"arguments": {"query": "x"}}, {"query": "x"}),
        ({"Query": "x", "more": 1}, {"query": "x", "more": 1}),
        ({"query": "true", "since": "5", "place": "5"}, {"query": "true", "since": "5", "place": "5"}),
    ],
)
def test_what_is_certain_is_mended_as_for_built_in_tools(given: dict[str, Any], mended: dict[str, Any]) -> None:
    assert sent(SEARCH, given) == mended


def test_names_that_an_open_schema_takes_are_left_alone() -> None:
    schema = {"type": "object", "properties": {"filePath": {"type": "string"}}, "additionalProperties": True}
    given = {"path": "a", "file_path": "b", "note": None}
    assert sent(schema, given) == given
    assert sent(schema, {"arguments": {"filePath": "a"}}) == {"arguments": {"filePath": "a"}}


def test_what_is_wrong_is_told_by_place_and_with_what_is_expected() -> None:
    given: dict[str, Any] = {
        "limit": 0,
        "deep": 1,
        "tags": [{"name": 1.5, "size": 1}, "no"],
        "kind": "picture",
        "place": {},
    }
    assert refusal(SEARCH, given) == (
        "The arguments of files_search are not valid:\n"
        "- limit: 0 is less than the minimum of 1\n"
        "- deep: it must be boolean, not a number\n"
        "- tags.0.name: it must be string, not a number\n"
        "- tags.0.size: there is no such argument; there are: name\n"
        "- tags.1: it must be object, not text\n"
        "- kind: it must be one of: code, text\n"
        "- place.line: it is missing\n"
        "- query: it is missing (What to look for.)\n"
        "Send the call again with these mended."
    )


def test_ten_complaints_are_told_and_that_there_are_more() -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {}, "required": [f"a{number}" for number in range(30)]}
    lines = refusal(schema, {}).splitlines()
    assert lines[1] == "- a0: it is missing"
    assert lines[11] == "(and more)"


def test_names_that_providers_do_not_take_are_put_back_for_the_server() -> None:
    schema = {"type": "object", "properties": {"filter[id]": {"type": "integer"}}, "required": ["filter[id]"]}
    assert sent(schema, {"filter_id_": 5}) == {"filter[id]": 5}
    assert "- filter_id_: it must be integer, not text" in refusal(schema, {"filter_id_": "five"})


def test_a_stranger_s_expressions_and_addresses_are_never_tried() -> None:
    evil = {
        "type": "object",
        "properties": {
            "a": {"type": "string", "pattern": "(a+)+$", "format": "regex"},
            "b": {"$ref": "http://127.0.0.1:9/schema"},
            "c": {"patternProperties": {"(a+)+$": False}, "additionalProperties": False},
        },
    }
    given = {"a": "a" * 40 + "!", "b": 1, "c": {"a" * 40 + "!": 1}}
    assert sent(evil, given) == given


def test_a_check_that_would_take_too_long_is_given_up() -> None:
    doubling = {str(step): {"allOf": [{"$ref": f"#/$defs/{step + 1}"}] * 8} for step in range(60)}
    endless = {"type": "object", "properties": {"a": {"$ref": "#/$defs/a"}}, "$defs": {"a": {"$ref": "#/$defs/a"}}}
    laughs = {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/0"}},
        "$defs": {**doubling, "60": {"type": "integer"}},
    }
    wide = {
        "type": "object",
        "properties": {"a": {"items": {"anyOf": [{"type": "string"}] * 1000 + [{"type": "integer"}]}}},
    }
    assert sent(endless, {"a": 1}) == {"a": 1}
    assert sent(laughs, {"a": 1}) == {"a": 1}
    assert sent(wide, {"a": [1] * 10_000}) == {"a": [1] * 10_000}


fields = st.sampled_from(["a", "b", "title", "x"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(schemas, st.dictionaries(st.sampled_from(["a", "b", "title", "arguments"]), json_values, max_size=3))
def test_whatever_schema_and_arguments_come_they_are_taken_or_refused_in_words(
    schema: dict[str, Any], arguments: dict[str, Any]
) -> None:
    try:
        json.dumps(sent(schema, arguments))
    except ToolFailed as failure:
        assert str(failure).isprintable() or "\n" in str(failure)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["query", "limit", "deep", "tags", "kind"]), json_values, max_size=4))
def test_what_the_schema_takes_is_sent_as_it_is(arguments: dict[str, Any]) -> None:
    if not complaints(SEARCH, arguments):
        assert sent(SEARCH, arguments) == arguments
