"""Arguments are run as the model wrote them, or not at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers.tool_arguments import parse_arguments

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("", {}),
        (" \n", {}),
        ("null", {}),
        ('""', {}),
        ('{"a": 1}', {"a": 1}),
        ('"{\\"a\\": 1}"', {"a": 1}),
        ('{"a": "x\ty"}', {"a": "x\ty"}),
        ('{"a\\ud800": "\\udc00b"}', {"a\ufffd": "\ufffdb"}),
        ('{"a": "\\ud83c\\udf89"}', {"a": "🎉"}),
    ],
)
def test_arguments_are_read(text: str, arguments: dict[str, object]):
    assert parse_arguments(text) == (arguments, None)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"a": "rm -rf bui',
        "[1]",
        "1",
        '"x"',
        "{} {}",
        '{"a": NaN}',
        "{'a': 1}",
        "[" * 100_000,
        '{"a":' * 300 + "1" + "}" * 300,
    ],
)
def test_what_is_no_whole_object_is_refused_with_the_reason(text: str):
    arguments, error = parse_arguments(text)
    assert arguments is None
    assert error is not None and error.startswith("The arguments are")


@given(st.dictionaries(st.text(min_size=1), json_values, min_size=1))
def test_no_beginning_of_an_object_ever_passes_for_a_whole_one(value: dict[str, object]):
    text = json.dumps(value)
    assert parse_arguments(text)[1] is None
    assert all(parse_arguments(text[:end])[0] is None for end in range(1, len(text)))
