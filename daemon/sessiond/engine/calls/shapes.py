"""What a JSON Schema says of the form of a value: which kinds of values it takes, what objects and lists are made of.

Used by `mending.py`. It follows references inside the schema only, a bounded number of steps; where a schema says
too much or too little to be sure, anything may be meant. Pure.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from sessiond.tools.schema_places import schema_at

ANY_KIND = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
MAX_STEPS = 64
"""References and alternatives that are looked at for one value."""
SAY_THE_KIND = ("type", "enum", "const", "properties", "items")

Node = Mapping[str, Any]


class Shape(NamedTuple):
    """One place in a schema."""

    node: Node
    whole: Node
    """The schema that references of the place lead into."""

    def alternatives(self) -> list[Node]:
        """What a value may be one of, references followed."""
        found: list[Node] = []
        waiting: list[Any] = [self.node]
        for _ in range(MAX_STEPS):
            if not waiting:
                return found
            node = _node(waiting.pop(0))
            if any(word in node for word in SAY_THE_KIND):
                found.append(node)
            elif choices := _choices(node):
                waiting += choices
            elif isinstance(node.get("$ref"), str):
                waiting.append(schema_at(self.whole, node["$ref"]))
            else:
                found.append({})
        return [{}]

    def kinds(self) -> frozenset[str]:
        return frozenset[str]().union(*map(_kinds, self.alternatives()))

    def object(self) -> "ObjectShape | None":
        """The object that a value may be; None where it may be none, or one of several."""
        node = _only(self.alternatives(), "object")
        return None if node is None else ObjectShape(node, self.whole)

    def items(self) -> "Shape | None":
        """What each entry is of the list that a value may be."""
        node = _only(self.alternatives(), "array")
        return None if node is None else Shape(_node(node.get("items")), self.whole)


class ObjectShape(NamedTuple):
    """An object in a schema."""

    node: Node
    whole: Node

    def fields(self) -> dict[str, Shape]:
        """By name."""
        return {name: Shape(_node(said), self.whole) for name, said in _node(self.node.get("properties")).items()}

    def required(self) -> tuple[Any, ...]:
        named: object = self.node.get("required")
        return tuple(cast(list[Any], named)) if isinstance(named, list) else ()

    def is_open(self) -> bool:
        """Whether it says that it takes more names than it lists."""
        others: object = self.node.get("additionalProperties", False)
        return others is True or isinstance(others, dict) or "patternProperties" in self.node


def _kinds(node: Node) -> frozenset[str]:
    said: object = node.get("type")
    if isinstance(said, str):
        return frozenset({said})
    if isinstance(said, list):
        return ANY_KIND & frozenset(map(str, cast(list[Any], said)))
    if "properties" in node:
        return frozenset({"object"})
    return frozenset({"array"}) if "items" in node else ANY_KIND


def _only(alternatives: list[Node], kind: str) -> Node | None:
    fitting = [node for node in alternatives if kind in _kinds(node)]
    return fitting[0] if len(fitting) == 1 else None


def _choices(node: Node) -> list[Any]:
    for word in ("anyOf", "oneOf"):
        if isinstance(node.get(word), list):
            return node[word]
    every: object = node.get("allOf")
    return cast(list[Any], every) if isinstance(every, list) and len(cast(list[Any], every)) == 1 else []


def _node(value: Any) -> Node:
    """A schema; `true`, and what is none, say nothing."""
    return cast(Node, value) if isinstance(value, dict) else {}
