"""A server's JSON Schema for the arguments of a tool, made fit for every provider. Pure.

What a provider does not take of one tool costs the whole request, so nothing is passed on that is not known to be
taken: the outcome is valid by JSON Schema 2020-12, and an object without alternatives at its root (decision 0107).
"""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sessiond.mcp.tools.keywords import cleaned
from sessiond.mcp.tools.merging import merged
from sessiond.mcp.tools.words import depth, recordable

MAX_SIZE = 32 * 1024
"""Characters of JSON: about 8,000 tokens of every request."""
MOST_BYTES = 8 * MAX_SIZE
"""Of what the server sends: not all of it is kept, and to look through more takes too long."""
MAX_DEPTH = 40
"""Lists and objects within each other; a schema within a schema is two."""
AT_THE_ROOT = frozenset({"anyOf", "oneOf", "allOf", "$ref", "not", "if", "then", "else", "enum", "const"})
"""What providers refuse there; arguments are held against it all the same."""
_PROPERTY = re.compile(r"[a-zA-Z0-9_.-]{1,64}")


class ArgumentSchema(msgspec.Struct, frozen=True):
    shown: dict[str, Any]
    """What models are told."""
    whole: dict[str, Any]
    """What arguments are held against."""
    own_names: Mapping[str, str]
    """The server's name for each argument that models know by another."""
    size: int
    """Characters of JSON."""


def argument_schema(given: dict[str, Any]) -> ArgumentSchema:
    """Raises ValueError for one that is too large or too deep, with the reason."""
    if (sent := _bytes(given)) > MOST_BYTES:
        raise ValueError(f"its schema has {sent:,} bytes; at most {MOST_BYTES:,} are looked at")
    if depth(given, MAX_DEPTH) > MAX_DEPTH:
        raise ValueError(f"its schema nests more than {MAX_DEPTH} levels deep")
    whole = cleaned(recordable(given)) | {"type": "object"}
    size = len(json.dumps(whole, ensure_ascii=False))
    if size > MAX_SIZE:
        raise ValueError(f"its schema has {size:,} characters; at most {MAX_SIZE:,} are taken")
    properties, required = merged(whole)
    names = provider_names(list(properties))
    shown: dict[str, Any] = {word: said for word, said in whole.items() if word not in AT_THE_ROOT}
    shown["properties"] = {names[own]: said for own, said in properties.items()}
    if required:
        shown["required"] = [names.get(own, own) for own in required]
    # Cleaned again: some references may have led to what is not shown.
    return ArgumentSchema(cleaned(shown), whole, {name: own for own, name in names.items() if name != own}, size)


def _bytes(value: Any) -> int:
    """Of JSON; 0 for what is too deep to be written, or cannot be, which others find."""
    try:
        return len(msgspec.json.encode(value))
    except (RecursionError, ValueError, TypeError):
        return 0


def provider_names(own: list[str]) -> dict[str, str]:
    """A name for each argument that every provider takes: its own where that will do."""
    names = {name: name for name in own if _PROPERTY.fullmatch(name)}
    taken = set(names)
    for name in own:
        if name not in names:
            spelt = re.sub(r"[^a-zA-Z0-9_.-]", "_", name)[:50] or "_"
            if spelt in taken:
                spelt = f"{spelt}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
            names[name] = spelt
            taken.add(spelt)
    return {name: names[name] for name in own}
