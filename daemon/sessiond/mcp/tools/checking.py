"""Holds the arguments of a call against a server's schema, with `jsonschema`, which the first call loads.

The schema is a stranger's: no address is followed, no regular expression is tried, and a check that takes too much
work is given up. What is not checked here, the server checks itself.
"""

from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache, partial
from importlib import import_module
from itertools import islice
from typing import Any, NamedTuple, cast

import msgspec

from sessiond.mcp.tools.words import one_line

MAX_COMPLAINTS = 11
"""One more than models are told, so that they are told that there are more."""
WORK = 30_000
"""Keywords that are looked at, and pieces of 100 characters of what they are held against: a fifth of a second."""
NOT_CHECKED = (
    "pattern", "patternProperties", "format", "uniqueItems", "$dynamicRef", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
"""A stranger's regular expressions, and what costs more than it is worth."""
KINDS: dict[type, str] = {
    str: "text", bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object",
    type(None): "null",
}  # fmt: skip
Keyword = Callable[[Any, Any, Any, Any], Any]
"""`keyword(validator, value, instance, schema)` gives the errors."""


class Complaint(msgspec.Struct, frozen=True):
    place: tuple[str | int, ...]
    said: str | None
    """What is wrong with the value; None: it is missing."""


class TooMuch(Exception):
    """The check takes too much work."""


_left: ContextVar[int] = ContextVar("work that is left")


def complaints(schema: Mapping[str, Any], arguments: dict[str, Any]) -> list[Complaint]:
    """The first of what is wrong; nothing where it cannot be told. `schema` is valid by JSON Schema 2020-12."""
    _left.set(WORK)
    library = _library()
    validator = library.checker(schema, registry=library.no_documents)
    try:
        found: Iterator[Any] = validator.iter_errors(arguments)
        errors = list(islice(found, MAX_COMPLAINTS))
        return list(dict.fromkeys(each for error in errors for each in _of(library.closest(error))))
    except (TooMuch, RecursionError, ArithmeticError, library.unresolvable):
        return []


class Library(NamedTuple):
    """What is used of `jsonschema`, which has no types."""

    checker: Any
    no_documents: Any
    unresolvable: type[Exception]
    closest: Callable[[Any], Any]
    """Of alternatives that none fits, what is wrong with the one that comes closest."""


@lru_cache(maxsize=1)
def _library() -> Library:
    """Loads it: some 40 ms that the start of the engine can do without."""
    jsonschema, referencing = import_module("jsonschema"), import_module("referencing")
    standard: Any = jsonschema.Draft202012Validator
    keywords: dict[str, Keyword] = {
        **standard.VALIDATORS,
        "additionalProperties": _unless_patterns(standard.VALIDATORS["additionalProperties"]),
        **dict.fromkeys(NOT_CHECKED, _unchecked),
    }
    return Library(
        checker=jsonschema.validators.extend(standard, {name: _counted(check) for name, check in keywords.items()}),
        no_documents=referencing.Registry(),
        unresolvable=referencing.exceptions.Unresolvable,
        closest=partial(_closest, jsonschema.exceptions.best_match),
    )


def _closest(best_match: Callable[[list[Any]], Any], error: Any) -> Any:
    return best_match([error])


def _counted(keyword: Keyword) -> Keyword:
    """The keyword's own check, for which there must be work left."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        spent = 1 + len(repr(instance)) // 100 + (len(cast(Any, value)) if isinstance(value, list | dict) else 0)
        _left.set(_left.get() - spent)
        if _left.get() < 0:
            raise TooMuch
        return keyword(validator, value, instance, schema)

    return check


def _unchecked(validator: Any, value: Any, instance: Any, schema: Any) -> None:
    del validator, value, instance, schema


def _unless_patterns(additional: Keyword) -> Keyword:
    """`additionalProperties`, where no pattern says which these are."""

    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Any:
        return None if "patternProperties" in schema else additional(validator, value, instance, schema)

    return check


def _of(error: Any) -> Iterator[Complaint]:
    place = tuple(error.absolute_path)
    match error.validator:
        case "required":
            missing = [name for name in error.validator_value if name not in error.instance]
            yield from (Complaint((*place, name), None) for name in missing)
        case "additionalProperties" if error.validator_value is False:
            known = error.schema.get("properties", {})
            for name in [name for name in error.instance if name not in known][:MAX_COMPLAINTS]:
                yield Complaint((*place, name), f"there is no such argument; there are: {_listed(known)}")
        case _:
            yield Complaint(place, _said(error))


def _said(error: Any) -> str:
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            kinds = cast(list[Any], wanted) if isinstance(wanted, list) else [wanted]
            return f"it must be {' or '.join(kinds)}, not {_kind(error.instance)}"
        case "enum":
            return f"it must be one of: {_listed(wanted)}"
        case "const":
            return f"it must be {one_line(repr(wanted))}"
        case "anyOf" | "oneOf":
            return "it fits none of its alternatives, or more than one where only one may fit"
        case _:
            return one_line(error.message)


def _kind(value: object) -> str:
    return KINDS.get(type(value), "that")


def _listed(values: Any) -> str:
    return one_line(", ".join(value if isinstance(value, str) else repr(value) for value in values), 500)
