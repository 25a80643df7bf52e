"""Schemas of strangers: what is passed on is taken by every provider, and what they mean stays."""

import json
import re
from typing import Any, cast

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from sessiond.mcp.tools.schema import AT_THE_ROOT, argument_schema
from sessiond.tools.schema_places import NAMED, SEVERAL, SINGLE, schema_at
from support.mcp.schemas import schemas

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


def shown(schema: dict[str, Any]) -> dict[str, Any]:
    return argument_schema(schema).shown


def obj(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": dict[str, Any](), **more}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({}, obj()),
        ({"type": "string", "title": "T", "$schema": "http://x", "$id": "http://y", "$comment": "z"}, obj()),
        (
            obj(properties={"title": {"title": "Title", "type": "string"}, "pattern": True, "no": False}),
            obj(properties={"title": TEXT, "pattern": {}, "no": {"not": {}}}),
        ),
        (
            obj(properties={"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "http://x/b"}}, **{"$defs": {"A": TEXT}}),
            obj(properties={"a": {"$ref": "#/$defs/A"}, "b": {}}, **{"$defs": {"A": TEXT}}),
        ),
        (
            obj(properties={"a": {"$ref": "#/properties/b/default"}, "b": {"default": {"title": 1}, "$ref": "#/x"}}),
            obj(properties={"a": {}, "b": {"default": {"title": 1}}}),
        ),
        (
            obj(properties={"a": {"type": "text"}, "b": {"enum": []}, "c": {"minimum": "1"}}, required="a"),
            obj(properties={"a": {}, "b": {}, "c": {}}),
        ),
        (
            obj(properties={"a": {"items": [TEXT, NUMBER], "additionalItems": False, "uniqueItems": "yes"}}),
            obj(properties={"a": {"prefixItems": [TEXT, NUMBER], "items": False}}),
        ),
        (
            obj(properties={"a": {"minimum": 1, "exclusiveMinimum": True}}),
            obj(properties={"a": {"exclusiveMinimum": 1}}),
        ),
        (
            {"$ref": "#/$defs/A", "$defs": {"A": obj(properties={"a": TEXT}, required=["a"])}},
            obj(
                properties={"a": TEXT}, required=["a"], **{"$defs": {"A": obj(properties={"a": TEXT}, required=["a"])}}
            ),
        ),
        (
            obj(
                anyOf=[
                    obj(properties={"a": TEXT, "c": TEXT}, required=["c"]),
                    obj(properties={"c": NUMBER}, required=["c"]),
                ]
            ),
            obj(properties={"a": TEXT, "c": {"anyOf": [TEXT, NUMBER]}}, required=["c"]),
        ),
        (
            obj(properties={"a": TEXT, "b": TEXT}, anyOf=[{"required": ["a"]}, {"required": ["b"]}]),
            obj(properties={"a": TEXT, "b": TEXT}),
        ),
        (
            obj(properties={"a": TEXT}, allOf=[{"if": {"required": ["a"]}, "then": obj(properties={"b": TEXT})}]),
            obj(properties={"b": TEXT, "a": TEXT}),
        ),
        (
            obj(properties={"filter[id]": TEXT, "filter_id_": TEXT, "": TEXT}, required=["filter[id]"]),
            obj(
                properties={"filter_id__665d001d": TEXT, "filter_id_": TEXT, "_": TEXT},
                required=["filter_id__665d001d"],
            ),
        ),
    ],
)
def test_a_schema_becomes_what_every_provider_takes(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert shown(given) == kept


def test_arguments_are_held_against_the_alternatives_that_are_not_shown() -> None:
    schema = argument_schema(obj(anyOf=[{"required": ["a"]}, {"required": ["b"]}]))
    assert schema.whole == obj(anyOf=[{"required": ["a"]}, {"required": ["b"]}])
    assert schema.shown == obj()


def test_a_schema_that_is_too_large_or_too_deep_is_refused_with_the_reason() -> None:
    large = obj(properties={"a": {"description": "x" * 40_000}})
    with pytest.raises(ValueError, match=r"its schema has 40,0\d\d characters; at most 32,768 are taken"):
        argument_schema(large)
    deep: dict[str, Any] = {}
    for _ in range(10_000):
        deep = {"items": deep}
    with pytest.raises(ValueError, match="its schema nests more than 40 levels deep"):
        argument_schema(deep)
    with pytest.raises(ValueError, match=r"its schema has 4,000,0\d\d bytes; at most 262,144 are looked at"):
        argument_schema(obj(enum=["x"] * 1_000_000))


@settings(deadline=None)
@given(schemas)
def test_whatever_a_server_sends_becomes_a_valid_schema(schema: dict[str, Any]) -> None:
    made = argument_schema(schema)
    for outcome in (made.shown, made.whole):
        json.dumps(outcome, ensure_ascii=False, allow_nan=False).encode()
        Draft202012Validator.check_schema(outcome)
        assert all(schema_at(outcome, reference) is not None for reference in refs_in(outcome))
    assert made.shown["type"] == "object"
    assert not AT_THE_ROOT & set(made.shown)
    assert all(re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", name) for name in made.shown["properties"])
    assert shown(made.shown) == made.shown


def refs_in(schema: Any) -> list[str]:
    """The references where schemas stand."""
    if not isinstance(schema, dict):
        return []
    node = cast(dict[str, Any], schema)
    inner: list[Any] = [each for word in NAMED for each in node.get(word, {}).values()]
    inner += [each for word in SEVERAL for each in node.get(word, [])]
    inner += [node[word] for word in SINGLE if word in node]
    return [*([node["$ref"]] if "$ref" in node else []), *(ref for each in inner for ref in refs_in(each))]
