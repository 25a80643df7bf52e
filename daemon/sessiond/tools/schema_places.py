"""Where in a JSON Schema other schemas stand, and which of them a `$ref` leads to. Pure.

Used for the arguments of tools, by `engine/calls/` and `mcp/tools/`. Only references inside the document are followed.
"""

from collections.abc import Mapping
from typing import Any, cast

NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Their values are schemas by name."""
SEVERAL = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
SINGLE = frozenset({
    "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems",
    "unevaluatedProperties", "contentSchema",
})  # fmt: skip


def schema_at(whole: Mapping[str, Any], reference: str) -> dict[str, Any] | None:
    """What the reference (`#`, `#/$defs/name`) leads to; None where no schema stands there."""
    if reference != "#" and not reference.startswith("#/"):
        return None
    place: Any = whole
    steps = [step.replace("~1", "/").replace("~0", "~") for step in reference.split("/")[1:]]
    while steps and isinstance(place, dict):
        place, steps = _step(cast(dict[str, Any], place), steps)
    return cast(dict[str, Any], place) if isinstance(place, dict) else None


def _step(schema: dict[str, Any], steps: list[str]) -> tuple[Any, list[str]]:
    """From one schema to one in it."""
    word, *rest = steps
    said: Any = schema.get(word)
    if word in SINGLE:
        return said, rest
    if word in NAMED and rest and isinstance(said, dict):
        return cast(dict[str, Any], said).get(rest[0]), rest[1:]
    if word in SEVERAL and rest and isinstance(said, list):
        return {str(number): each for number, each in enumerate(cast(list[Any], said))}.get(rest[0]), rest[1:]
    return None, []
