"""The JSON Schema definition of every type of the protocol, with its docstrings as descriptions.

The other generators read these definitions and nothing else of the types. They describe what
the engine sends; what it accepts is that and more.
"""

import inspect
import types
from functools import cache
from types import ModuleType
from typing import Any, Literal, Union, cast, get_args, get_origin

import msgspec

from sessiond_protocol import (
    PROTOCOL_VERSION,
    errors,
    events,
    mcp,
    messages,
    methods,
    models,
    notifications,
    projects,
    requests,
    tools,
    wire,
)
from sessiond_protocol.asking import permissions, questions
from sessiond_protocol.course import branches, queue, subscribing
from sessiond_protocol.generate.docstrings import docstrings
from sessiond_protocol.generate.text import GENERATED
from sessiond_protocol.keeping import documents, pruning, usage
from sessiond_protocol.serving import lifecycle

Schema = dict[str, Any]

MODULES: tuple[ModuleType, ...] = (
    messages,
    events,
    methods,
    queue,
    branches,
    subscribing,
    usage,
    documents,
    pruning,
    permissions,
    questions,
    projects,
    tools,
    mcp,
    models,
    notifications,
    requests,
    lifecycle,
    errors,
)
BASES = {wire.Wire, wire.Value, events.Durable, events.Live}
"""Structs that only others are made of."""

REFERENCE = "#/$defs/{name}"


def json_schema() -> Schema:
    """The document `schema.json`: all definitions, to be referred to by `#/$defs/Name`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": GENERATED,
        "title": f"The sessiond protocol, version {PROTOCOL_VERSION}",
        "$defs": definitions(),
    }


def definitions(reference: str = REFERENCE) -> dict[str, Schema]:
    """Every struct, named union, named set of words and `Money`, by name, in the order of the source."""
    structs, aliases = struct_types(), alias_types()
    _, components = msgspec.json.schema_components(list(structs.values()), ref_template=reference)
    named = {name: _alias_schema(alias, components, reference) for name, alias in aliases.items()}
    found = {name: _struct_schema(cls, components[name]) for name, cls in structs.items()}
    found = {name: _with_names(schema, named, reference) for name, schema in found.items()}
    money = {"type": "number", "description": docstrings(wire.__name__)["Money"]}
    return {**found, **named, "Money": money}


@cache
def struct_types() -> dict[str, type[wire.Wire]]:
    """The structs of the protocol by name."""
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if inspect.isclass(value) and issubclass(value, wire.Wire) and value not in BASES
    }


@cache
def alias_types() -> dict[str, Any]:
    """The named unions and named sets of words, such as `Part` and `StopReason`."""
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if get_origin(value) in (Union, types.UnionType, Literal)
    }


def _struct_schema(cls: type[wire.Wire], schema: Schema) -> Schema:
    """The definition without what is noise, with the fields' docstrings, and `required` as it is sent."""
    documents = _field_documents(cls)
    always = {"type"} if cls.__struct_config__.tag else set[str]()
    always |= {field.encode_name for field in msgspec.structs.fields(cls) if _always_sent(cls, field)}
    properties: dict[str, Schema] = {}
    for name, field in schema["properties"].items():
        kept = {key: value for key, value in field.items() if key != "default" or name not in always}
        properties[name] = kept | ({"description": documents[name]} if name in documents else {})
    described = {"description": schema["description"]} if "description" in schema else {}
    required = [name for name in properties if name in always]
    return {"type": "object", **described, "properties": properties, "required": required}


def _always_sent(cls: type[wire.Wire], field: msgspec.structs.FieldInfo) -> bool:
    if issubclass(cls, events.Durable | events.Live) and field.name in ("seq", "at"):
        return True  # their defaults stand only until the event is recorded or said
    if field.required:
        return True
    return not cls.__struct_config__.omit_defaults and msgspec.UnsetType not in get_args(field.type)


def _field_documents(cls: type[wire.Wire]) -> dict[str, str]:
    """The docstring of each field by its name on the wire, the class's own before those of its bases."""
    found: dict[str, str] = {}
    for owner in reversed(cls.__mro__):
        if issubclass(owner, wire.Wire):
            below = docstrings(owner.__module__)
            for field in msgspec.structs.fields(owner):
                if text := below.get(f"{owner.__name__}.{field.name}"):
                    found[field.encode_name] = text
    return found


def _alias_schema(alias: Any, components: dict[str, Schema], reference: str) -> Schema:
    if get_origin(alias) is Literal:
        return {"enum": list(get_args(alias))}
    members: list[str] = [member.__name__ for member in get_args(alias)]
    tags = {components[name]["properties"]["type"]["enum"][0]: reference.format(name=name) for name in members}
    return {
        "anyOf": [{"$ref": target} for target in tags.values()],
        "discriminator": {"propertyName": "type", "mapping": tags},
    }


def _with_names(node: Any, named: dict[str, Schema], reference: str) -> Any:
    """A schema in which money and copies of named unions and word sets are references to their names."""
    if isinstance(node, list):
        return [_with_names(item, named, reference) for item in cast(list[Any], node)]
    if not isinstance(node, dict):
        return node
    schema = cast(Schema, node)
    shape = {key: value for key, value in schema.items() if key not in ("default", "description")}
    rest = {key: value for key, value in schema.items() if key not in shape}
    if shape.get("format") == "decimal":
        return {"$ref": reference.format(name="Money"), **rest}
    for name, candidate in named.items():
        if _unordered(candidate) == _unordered(shape):
            return {"$ref": reference.format(name=name), **rest}
    if len(shape.get("enum", ())) == 1:
        return {"const": shape["enum"][0], **rest}
    return {key: _with_names(value, named, reference) for key, value in shape.items()} | rest


def _unordered(schema: Schema) -> Schema:
    """The same for a set of words in any order: msgspec sorts them."""
    return {"enum": sorted(schema["enum"])} if schema.keys() == {"enum"} else schema
