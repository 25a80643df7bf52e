"""The form of a question: what its schema is read as, what fits a field, and that no schema makes it fail."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.session.answering.form import LONGEST_TEXT, Choice, Unfit, content_of, fields_of
from support.wire_values import JSON, TEXT

RED_AND_BLUE = (Choice("r", "Red"), Choice("b", "Blue"))


def form(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required)}


def content(schema: dict[str, Any], **given: Any) -> dict[str, Any]:
    return content_of(schema, given)


@pytest.mark.parametrize(
    "choices",
    [
        {"type": "string", "enum": ["r", "b"], "enumNames": ["Red", "Blue"]},
        {"type": "string", "oneOf": [{"const": "r", "title": "Red"}, {"const": "b", "title": "Blue"}]},
    ],
)
def test_a_choice_is_read_in_each_way_of_writing_it(choices: dict[str, Any]) -> None:
    (field,) = fields_of(form(colour=choices))

    assert (field.kind, field.choices) == ("choice", RED_AND_BLUE)
    assert (field.problem("r"), field.problem("Red")) == (None, "must be one of: r, b")


@pytest.mark.parametrize(
    "items",
    [
        {"type": "string", "enum": ["r", "b"]},
        {"anyOf": [{"const": "r", "title": "Red"}, {"const": "b", "title": "Blue"}]},
    ],
)
def test_several_choices_are_a_list_of_them_within_its_bounds(items: dict[str, Any]) -> None:
    (field,) = fields_of(form(colours={"type": "array", "items": items, "minItems": 1, "maxItems": 1}))

    assert field.kind == "choices"
    assert [field.problem(value) for value in (["b"], [], ["r", "b"], ["r", "r"], ["x"], "r")] == [
        None,
        "must have at least 1 choices",
        "must have at most 1 choices",
        "must name each choice once",
        "must be some of: r, b",
        "must be a list of some of: r, b",
    ]


def test_a_field_says_what_it_is_called_and_what_it_is_about() -> None:
    (field, other) = fields_of(
        form(("town",), town={"type": "string", "title": "Town", "description": "Where?"}, x={"type": "string"})
    )

    assert (field.label, field.description, field.required) == ("Town", "Where?", True)
    assert (other.label, other.description, other.required) == ("x", None, False)


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        ({"type": "string"}, "", None),
        ({"type": "string"}, 1, "must be a text"),
        ({"type": "string"}, "x" * (LONGEST_TEXT + 1), f"must have at most {LONGEST_TEXT} characters"),
        ({"type": "string", "minLength": 2}, "x", "must have at least 2 characters"),
        ({"type": "string", "maxLength": 2}, "xyz", "must have at most 2 characters"),
        ({"type": "string", "format": "email"}, "me@example.com", None),
        ({"type": "string", "format": "email"}, "me", "must be an e-mail address"),
        ({"type": "string", "format": "uri"}, "https://example.com/a", None),
        ({"type": "string", "format": "uri"}, "example", "must be an address such as https://example.com"),
        ({"type": "string", "format": "date"}, "2026-01-31", None),
        ({"type": "string", "format": "date"}, "2026-02-31", "must be a date such as 2026-01-31"),
        ({"type": "string", "format": "date-time"}, "2026-01-31T12:00:00Z", None),
        (
            {"type": "string", "format": "date-time"},
            "2026-01-31",
            "must be a date and time such as 2026-01-31T12:00:00Z",
        ),
        ({"type": "string", "format": "unheard-of"}, "anything", None),
        ({"type": "number"}, 1.5, None),
        ({"type": "number"}, True, "must be a number"),
        ({"type": "number", "minimum": 2}, 1, "must be at least 2"),
        ({"type": "integer", "maximum": 10}, 11, "must be at most 10"),
        ({"type": "integer"}, 1.5, "must be a whole number"),
        ({"type": "integer"}, 10**400, None),
        ({"type": "integer", "maximum": 10**400}, 5, None),
        ({"type": "boolean"}, False, None),
        ({"type": "boolean"}, "false", "must be true or false"),
        ({"type": "integer", "enum": [1, 2]}, 2, None),
        ({"type": "integer", "enum": [1, 2]}, True, "must be one of: 1, 2"),
    ],
)
def test_a_value_fits_its_field_or_is_told_why_not(schema: dict[str, Any], value: Any, problem: str | None) -> None:
    (field,) = fields_of(form(field=schema))

    assert field.problem(value) == problem


def test_what_is_left_out_gets_its_default_and_null_leaves_it_out_all_the_same() -> None:
    schema = form(
        ("town",),
        town={"type": "string", "default": "Ulm"},
        people={"type": "integer", "default": 2},
        odd={"type": "integer", "default": "two"},
        flag={"type": "boolean", "default": False},
    )

    assert content(schema) == {"town": "Ulm", "people": 2, "flag": False}
    assert content(schema, people=None, flag=True) == {"town": "Ulm", "flag": True}
    with pytest.raises(Unfit, match="town is missing"):
        content(schema, town=None)


def test_many_choices_are_named_in_part_only() -> None:
    (field,) = fields_of(form(field={"enum": [str(number) for number in range(1000)]}))

    assert (field.problem("x") or "").endswith("18, 19, …")


SCHEMA_WORDS = st.sampled_from(
    ["type", "properties", "required", "enum", "oneOf", "items", "default", "const", "format", "minimum", "maxLength"]
)
SCHEMAS = st.recursive(
    JSON | st.sampled_from(["string", "integer", "array", "boolean", "date", 10**400, -1.5]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SCHEMA_WORDS, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(TEXT, SCHEMAS, max_size=4), SCHEMAS, st.dictionaries(TEXT, JSON, max_size=4))
def test_no_schema_makes_the_reading_of_an_answer_fail_and_what_fits_still_fits_when_it_is_sent_again(
    properties: dict[str, Any], required: Any, given: dict[str, Any]
) -> None:
    schema = {"properties": properties, "required": required}
    try:
        answer = content_of(schema, given)
    except Unfit:
        return
    assert content_of(schema, msgspec.json.decode(msgspec.json.encode(answer))) == answer


@given(SCHEMAS)
def test_whatever_stands_for_a_schema_has_fields_or_none(schema: Any) -> None:
    fields = fields_of(schema if isinstance(schema, dict) else {"properties": schema})

    assert all(field.default is None or field.problem(field.default) is None for field in fields)
