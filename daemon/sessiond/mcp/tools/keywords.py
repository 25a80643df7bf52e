"""The keywords of JSON Schema 2020-12: what of a stranger's schema is kept, so that the rest is valid. Pure.

Used by `schema.py`. References stay where they lead to a schema of the same document; no other is ever followed.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from sessiond.tools.schema_places import NAMED, SEVERAL, SINGLE, schema_at

KINDS = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
DROPPED = frozenset({
    "$schema", "$id", "id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef",
    "$vocabulary", "$comment", "title", "dependencies", "additionalItems",
})  # fmt: skip
"""Addresses that nothing is fetched from, and what only costs tokens or belongs to older drafts."""


def cleaned(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a whole document."""
    return _Document(schema).schema(schema)


class _Document:
    def __init__(self, whole: dict[str, Any]) -> None:
        self._whole = whole

    def schema(self, given: Any) -> dict[str, Any]:
        """A schema within; what is none says nothing, and so does `true`."""
        if given is False:
            return {"not": {}}
        if not isinstance(given, dict):
            return {}
        kept: dict[str, Any] = {}
        for word, said in _of_today(cast(dict[str, Any], given)).items():
            if word not in DROPPED and (value := self._kept(word, said)) is not None:
                kept[word] = value[0]
        return kept

    def _kept(self, word: str, said: Any) -> tuple[Any] | None:
        """What stays of a keyword; None: nothing."""
        if word in NAMED:
            named = _object(said)
            return None if named is None else ({name: self.schema(each) for name, each in named.items()},)
        if word in SEVERAL:
            return ([self.schema(each) for each in cast(list[Any], said)],) if isinstance(said, list) and said else None
        if word in SINGLE:
            return (said if isinstance(said, bool) else self.schema(said),)
        if word == "$ref":
            return (said,) if isinstance(said, str) and self._leads_somewhere(said) else None
        if word == "required":
            return (_texts(said),) if isinstance(said, list) else None
        takes = TAKES.get(word)
        return (said,) if takes is None or takes(said) else None

    def _leads_somewhere(self, reference: str) -> bool:
        return "%" not in reference and schema_at(self._whole, reference) is not None


def _of_today(schema: dict[str, Any]) -> dict[str, Any]:
    """What older drafts write otherwise: lists of schemas for `items`, limits that are exclusive by a second word."""
    today = dict(schema)
    if isinstance(schema.get("items"), list):
        today["prefixItems"] = today.pop("items")
        if "additionalItems" in schema:
            today["items"] = schema["additionalItems"]
    for limit, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and limit in schema:
            today[exclusive] = today.pop(limit)
    return today


def _object(value: Any) -> dict[str, Any] | None:
    return cast(dict[str, Any], value) if isinstance(value, dict) else None


def _texts(values: Any) -> list[str]:
    return list(dict.fromkeys(value for value in values if isinstance(value, str)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_type(value: Any) -> bool:
    if isinstance(value, list):
        several = cast(list[Any], value)
        return bool(several) and all(map(_is_type, several)) and len(set(map(str, several))) == len(several)
    return isinstance(value, str) and value in KINDS


def _names_of_each(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(names, list) and _texts(names) == names for names in cast(dict[str, Any], value).values()
    )


TAKES: Mapping[str, Callable[[Any], bool]] = {
    "type": _is_type,
    "enum": lambda value: isinstance(value, list) and bool(cast(list[Any], value)),
    "multipleOf": lambda value: _is_number(value) and value > 0,
    "dependentRequired": _names_of_each,
    "examples": _is_list,
    **dict.fromkeys(("description", "pattern", "format", "contentEncoding", "contentMediaType"), _is_text),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), _is_number),
    **dict.fromkeys(("uniqueItems", "deprecated", "readOnly", "writeOnly"), _is_truth),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains",
         "maxContains"), _is_count,
    ),
}  # fmt: skip
"""What a keyword's value must be; those that are not listed take anything."""
