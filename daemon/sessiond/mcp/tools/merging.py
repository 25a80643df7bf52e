"""The arguments of a schema that gives them in alternatives or by reference at its root, as one object's. Pure.

Used by `schema.py`: providers take no alternatives there. What holds for one alternative only is said of none.
"""

from collections.abc import Iterable
from typing import Any, cast

from sessiond.tools.schema_places import schema_at

Schema = dict[str, Any]
Merged = tuple[dict[str, Schema], list[str]]
"""The arguments by name, and the names of those that must be given."""

MAX_DEPTH = 8
"""Alternatives within alternatives."""


def merged(whole: Schema) -> Merged:
    return _Merger(whole).of(whole, 0)


class _Merger:
    def __init__(self, whole: Schema) -> None:
        self._whole = whole
        self._seen: set[int] = set()

    def of(self, node: Schema, level: int) -> Merged:
        """Each schema counts once, however often it is referred to."""
        if id(node) in self._seen or level > MAX_DEPTH:
            return {}, []
        self._seen.add(id(node))
        every = [self.of(each, level + 1) for each in (*self._referred(node), *_schemas(node.get("allOf")))]
        either = [[self.of(each, level + 1) for each in _schemas(node.get(word))] for word in ("anyOf", "oneOf")]
        perhaps = [self.of(node[word], level + 1) for word in ("then", "else") if isinstance(node.get(word), dict)]
        inner = _together(part for parts in (every, *either, perhaps) for part, _ in parts)
        required = [*node.get("required", []), *(name for _, names in every for name in names)]
        for parts in either:
            required += _in_all([names for _, names in parts])
        return inner | node.get("properties", {}), list(dict.fromkeys(required))

    def _referred(self, node: Schema) -> list[Schema]:
        place = schema_at(self._whole, node["$ref"]) if "$ref" in node else None
        return [] if place is None else [place]


def _together(parts: Iterable[dict[str, Schema]]) -> dict[str, Schema]:
    """An argument that several give differently may be any of it."""
    said: dict[str, list[Schema]] = {}
    for part in parts:
        for name, schema in part.items():
            if schema not in said.setdefault(name, []):
                said[name].append(schema)
    return {name: schemas[0] if len(schemas) == 1 else {"anyOf": schemas} for name, schemas in said.items()}


def _in_all(lists: list[list[str]]) -> list[str]:
    return [name for name in lists[0] if all(name in names for names in lists)] if lists else []


def _schemas(value: Any) -> list[Schema]:
    return cast(list[Schema], value) if isinstance(value, list) else []
