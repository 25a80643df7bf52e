"""Hypothesis strategies for any type of the protocol, derived from the type itself.

`values_of(Message)` gives messages as a well-behaved engine or client would send them.
"""

from functools import cache
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect as mi

TEXT = st.text(max_size=12)
"""Any text that is Unicode: lone surrogates are made harmless before they get into a value."""

WHOLE_NUMBERS = st.integers(min_value=1, max_value=2**53 - 1)
MONEY = st.decimals(min_value=0, max_value=10_000, places=9)
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE_NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


@cache
def values_of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a struct, a union of structs or any other type that stands in the protocol."""
    match mi.type_info(kind):
        case mi.StructType(cls=cls, fields=fields):
            return st.builds(cls, **{field.name: _of_field(field) for field in fields})
        case info:
            return _of(info)


def _of(info: mi.Type) -> st.SearchStrategy[Any]:
    match info:
        case mi.StructType(cls=cls):
            return values_of(cls)
        case mi.UnionType(types=types):
            return st.one_of([_of(member) for member in types])
        case mi.LiteralType(values=values):
            return st.sampled_from(list(values))
        case mi.ListType(item_type=item):
            return st.lists(_of(item), max_size=3)
        case mi.DictType(value_type=value):
            return st.dictionaries(TEXT, _of(value), max_size=3)
        case _:
            return _of_plain(info)


def _of_plain(info: mi.Type) -> st.SearchStrategy[Any]:
    plain: dict[type[mi.Type], st.SearchStrategy[Any]] = {
        mi.StrType: TEXT,
        mi.IntType: WHOLE_NUMBERS,
        mi.FloatType: st.floats(allow_nan=False, allow_infinity=False),
        mi.BoolType: st.booleans(),
        mi.DecimalType: MONEY,
        mi.NoneType: st.none(),
        mi.AnyType: JSON,
    }
    return plain[type(info)]


def _of_field(field: mi.Field) -> st.SearchStrategy[Any]:
    strategy = _of(field.type)
    if field.required or field.name in ("seq", "at"):  # an event that is sent has got both
        return strategy
    return st.just(_default(field)) | strategy


def _default(field: mi.Field) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return msgspec.UNSET if field.default is msgspec.NODEFAULT else field.default
