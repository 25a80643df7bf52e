"""TypeScript declarations of the protocol: an interface a struct, a type a union, and maps of the methods.

A union is told apart by `type`, so a `switch` over an event narrows it.
"""

import json
from typing import Any

from sessiond_protocol.errors import ERROR_KINDS
from sessiond_protocol.generate.definitions import Schema, definitions
from sessiond_protocol.generate.text import GENERATED, comment_lines
from sessiond_protocol.methods import METHODS, Method
from sessiond_protocol.notifications import NOTIFICATIONS
from sessiond_protocol.requests import CLIENT_REQUESTS

PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def typescript() -> str:
    """The file `sessiond.d.ts`."""
    declarations = [_declaration(name, schema) for name, schema in definitions().items()]
    kinds = " | ".join(json.dumps(kind) for kind in ERROR_KINDS)
    declarations.append(f"/** `data.kind` of an application error. */\nexport type ErrorKind = {kinds};\n")
    declarations += [_requests(), _client_requests(), _notifications()]
    return f"// {GENERATED}\n\n" + "\n".join(declarations)


def _declaration(name: str, schema: Schema) -> str:
    comment = _comment(schema)
    if schema.get("type") != "object":
        return f"{comment}export type {name} = {_type(schema)};\n"
    fields = [
        f"{_comment(field, '  ')}  {key}{'' if key in schema['required'] else '?'}: {_type(field)};\n"
        for key, field in schema["properties"].items()
    ]
    return f"{comment}export interface {name} {{\n{''.join(fields)}}}\n"


def _requests() -> str:
    rows = [
        f"  /** {method.summary} */\n"
        f"  {json.dumps(name)}: {{ params: {method.params.__name__}; result: {_result(method)} }};\n"
        for name, method in METHODS.items()
    ]
    return f"/** Every request a client can send. */\nexport interface Requests {{\n{''.join(rows)}}}\n"


def _client_requests() -> str:
    rows = [
        f"  /** {row.summary} */\n"
        f"  {json.dumps(name)}: {{ params: {row.params.__name__}; result: {row.result.__name__} }};\n"
        for name, row in CLIENT_REQUESTS.items()
    ]
    return f"/** A client may get these requests. */\nexport interface ClientRequests {{\n{''.join(rows)}}}\n"


def _notifications() -> str:
    rows = [
        f"  /** {row.summary} {row.direction}. */\n  {json.dumps(name)}: {row.params.__name__};\n"
        for name, row in NOTIFICATIONS.items()
    ]
    return f"/** Every notification, by its parameters. */\nexport interface Notifications {{\n{''.join(rows)}}}\n"


def _result(method: Method) -> str:
    results = method.result if isinstance(method.result, tuple) else (method.result,)
    return " | ".join(result.__name__ for result in results)


def _type(schema: Schema) -> str:  # noqa: PLR0911 # one return a form of schema
    match schema:
        case {"$ref": str(reference)}:
            return reference.rpartition("/")[2]
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(json.dumps(value) for value in values)
        case {"anyOf": choices}:
            return " | ".join(_type(choice) for choice in choices)
        case {"type": "array", "items": items}:
            return f"Array<{_type(items)}>"
        case {"type": "object"}:
            return f"Record<string, {_type(schema.get('additionalProperties', {}))}>"
        case {"type": str(primitive)}:
            return PRIMITIVES[primitive]
        case _:
            return "unknown"


def _comment(schema: dict[str, Any], indent: str = "") -> str:
    lines = comment_lines(schema.get("description", ""))
    if len(lines) <= 1:
        return f"{indent}/** {lines[0]} */\n" if lines else ""
    body = "".join(f"{indent} * {line}".rstrip() + "\n" for line in lines)
    return f"{indent}/**\n{body}{indent} */\n"
