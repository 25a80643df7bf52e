"""The answer of a user to a form: what the schema wants is sent, in its types, and nothing else."""

from typing import Any

import pytest

from sessiond.mcp.connection.translation.form import filled_in

TITLED = [{"const": "a", "title": "A"}, {"const": "b", "title": "B"}]


def form(field: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"type": "object", "properties": {"field": field}, "required": ["field"] if required else []}


@pytest.mark.parametrize(
    ("field", "value", "sent"),
    [
        ({"type": "string"}, "", ""),
        ({"type": "string", "enum": ["a", "b"]}, "b", "b"),
        ({"type": "string", "oneOf": TITLED}, "a", "a"),
        ({"type": "integer"}, 3, 3),
        ({"type": "integer"}, 3.0, 3),
        ({"type": "number"}, 3, 3),
        ({"type": "number"}, 3.5, 3.5),
        ({"type": "boolean"}, False, False),
        ({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}, ["b", "a"], ["b", "a"]),
        ({"type": "array", "items": {"anyOf": TITLED}}, [], []),
    ],
)
def test_what_fits_is_sent(field: dict[str, Any], value: Any, sent: Any) -> None:
    assert filled_in({"field": value, "other": 1}, form(field)) == {"field": sent}
    assert type(filled_in({"field": value}, form(field))["field"]) is type(sent)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ({"type": "string"}, 3, "'field' must be of the type string"),
        ({"type": "string", "enum": ["a", "b"]}, "c", "'field' must be one of a, b"),
        ({"type": "string", "oneOf": TITLED}, "A", "'field' must be one of a, b"),
        ({"type": "integer"}, True, "'field' must be of the type integer"),
        ({"type": "integer"}, 3.5, "'field' must be of the type integer"),
        ({"type": "integer"}, float("inf"), "'field' must be of the type integer"),
        ({"type": "integer"}, "3", "'field' must be of the type integer"),
        ({"type": "number"}, "3", "'field' must be of the type number"),
        ({"type": "boolean"}, "yes", "'field' must be of the type boolean"),
        ({"type": "array", "items": {"type": "string"}}, "a", "'field' must be of the type array"),
        ({"type": "array", "items": {"type": "string"}}, [1], "'field' must be of the type array"),
        ({"type": "array", "items": {"anyOf": TITLED}}, ["c"], "'field' must be one of a, b"),
        ({"type": "object"}, {}, "'field' must be of the type object"),
    ],
)
def test_what_does_not_fit_is_told(field: dict[str, Any], value: Any, told: str) -> None:
    with pytest.raises(ValueError) as failed:
        filled_in({"field": value}, form(field))

    assert str(failed.value) == told


def test_what_is_left_out_has_its_default() -> None:
    assert filled_in({}, form({"type": "integer", "default": 0}, required=True)) == {"field": 0}
    assert filled_in({"field": None}, form({"type": "boolean", "default": False})) == {"field": False}


def test_what_is_left_out_and_needed_is_told() -> None:
    assert filled_in({}, form({"type": "string"})) == {}
    with pytest.raises(ValueError, match="'field' is required"):
        filled_in({}, form({"type": "string"}, required=True))


@pytest.mark.parametrize("schema", [{}, {"properties": 1, "required": 2}, {"properties": {"field": None}}])
def test_a_schema_that_is_none_asks_for_nothing(schema: dict[str, Any]) -> None:
    assert filled_in({"other": 1}, schema) == {}
