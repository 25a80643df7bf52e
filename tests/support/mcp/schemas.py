"""JSON Schemas as strangers might send them: valid ones, broken ones, and references to anywhere."""

from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sessiond.tools.schema_places import NAMED, SEVERAL, SINGLE

values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)
references = st.sampled_from(
    ["#", "#/$defs/a", "#/$defs/b", "#/properties/a", "#/anyOf/0", "#/items", "#/%61", "http://x"]
)
names = st.sampled_from(["a", "b", "title", "$ref", "a[0]", "\ud800", "description"])
known = st.sampled_from(sorted(Draft202012Validator.VALIDATORS | dict.fromkeys(["title", "$id", "$anchor", "$defs"])))
kinds = st.sampled_from(["string", "integer", "number", "boolean", "array", "object", "null", "other"])


def within(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    words = [
        *(st.tuples(st.just(word), st.dictionaries(names, inner, max_size=2)) for word in sorted(NAMED)),
        *(st.tuples(st.just(word), st.lists(inner, max_size=2)) for word in sorted(SEVERAL)),
        *(st.tuples(st.just(word), inner) for word in sorted(SINGLE)),
        st.tuples(st.just("type"), kinds | st.lists(kinds, max_size=2)),
        st.tuples(st.just("required"), st.lists(names, max_size=2)),
        st.tuples(st.just("$ref"), references),
        st.tuples(known, values),
    ]
    return st.lists(st.one_of(words), max_size=4).map(dict)


schemas = st.recursive(st.booleans() | values, within, max_leaves=8).filter(lambda value: isinstance(value, dict))
