"""LuaCATS annotations of the protocol, for Lua language servers: a class a struct, an alias a union.

A field that may be null is optional here: Neovim's client decodes null as nil.
"""

import json
from typing import Any

from sessiond_protocol.errors import ERROR_KINDS
from sessiond_protocol.generate.definitions import Schema, definitions
from sessiond_protocol.generate.text import GENERATED, comment_lines
from sessiond_protocol.methods import METHODS, Method
from sessiond_protocol.notifications import NOTIFICATIONS
from sessiond_protocol.requests import CLIENT_REQUESTS

NULL = {"type": "null"}


def luacats() -> str:
    """The file `sessiond.lua`: annotations only, no code."""
    blocks = [_declaration(name, schema) for name, schema in definitions().items()]
    kinds = "|".join(json.dumps(kind) for kind in ERROR_KINDS)
    blocks.append(f"--- `data.kind` of an application error.\n---@alias sessiond.ErrorKind {kinds}\n")
    blocks += [_requests(), _client_requests(), _notifications()]
    return f"---@meta sessiond\n-- {GENERATED}\n\n" + "\n".join(blocks)


def _declaration(name: str, schema: Schema) -> str:
    comment = _comment(schema)
    if schema.get("type") != "object":
        return f"{comment}---@alias sessiond.{name} {_type(schema)}\n"
    fields = [_field(key, field, key in schema["required"]) for key, field in schema["properties"].items()]
    return f"{comment}---@class sessiond.{name}\n{''.join(fields)}"


def _field(name: str, schema: Schema, required: bool) -> str:
    choices = schema.get("anyOf", [schema])
    kept = [choice for choice in choices if choice != NULL]
    optional = "" if required and len(kept) == len(choices) else "?"
    description = " ".join(schema.get("description", "").split())
    return f"---@field {name}{optional} {'|'.join(_type(choice) for choice in kept)} {description}".rstrip() + "\n"


def _requests() -> str:
    rows = [
        f'---@field ["{name}"] {{ params: sessiond.{method.params.__name__}, result: {_result(method)} }} '
        f"{method.summary}\n"
        for name, method in METHODS.items()
    ]
    return f"--- Every request a client can send.\n---@class sessiond.Requests\n{''.join(rows)}"


def _client_requests() -> str:
    rows = [
        f'---@field ["{name}"] {{ params: sessiond.{row.params.__name__}, result: sessiond.{row.result.__name__} }} '
        f"{row.summary}\n"
        for name, row in CLIENT_REQUESTS.items()
    ]
    return f"--- A client may get these requests.\n---@class sessiond.ClientRequests\n{''.join(rows)}"


def _notifications() -> str:
    rows = [
        f'---@field ["{name}"] sessiond.{row.params.__name__} {row.summary} {row.direction}.\n'
        for name, row in NOTIFICATIONS.items()
    ]
    return f"--- Every notification, by its parameters.\n---@class sessiond.Notifications\n{''.join(rows)}"


def _result(method: Method) -> str:
    results = method.result if isinstance(method.result, tuple) else (method.result,)
    return "|".join(f"sessiond.{result.__name__}" for result in results)


def _type(schema: Schema) -> str:  # noqa: PLR0911 # one return a form of schema
    match schema:
        case {"$ref": str(reference)}:
            return f"sessiond.{reference.rpartition('/')[2]}"
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return "|".join(json.dumps(value) for value in values)
        case {"anyOf": choices}:
            return "|".join(_type(choice) for choice in choices)
        case {"type": "array", "items": items}:
            item = _type(items)
            return f"({item})[]" if "|" in item else f"{item}[]"
        case {"type": "object"}:
            return f"table<string, {_type(schema.get('additionalProperties', {}))}>"
        case {"type": "null"}:
            return "nil"
        case {"type": str(primitive)}:
            return primitive
        case _:
            return "any"


def _comment(schema: dict[str, Any]) -> str:
    return "".join(f"--- {line}".rstrip() + "\n" for line in comment_lines(schema.get("description", "")))
