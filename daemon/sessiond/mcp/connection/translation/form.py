"""The answer of a user to a server's form, as the form's schema wants it. Pure; used before an answer is sent.

The schema is that of MCP's elicitation: a flat object of strings, numbers, booleans and choices.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias, cast

Value: TypeAlias = str | int | float | bool | list[str] | None
Json = Mapping[str, Any]


def filled_in(content: Json, schema: Json) -> dict[str, Value]:
    """The schema's fields: as answered, else with their default, else left out. Raises ValueError: what is wrong."""
    required = _list(schema.get("required"))
    form: dict[str, Value] = {}
    for name, field in _table(schema.get("properties")).items():
        value = content.get(name)
        if value is None:
            value = _table(field).get("default")
        if value is not None:
            form[name] = _fitting(name, value, _table(field))
        elif name in required:
            raise ValueError(f"{name!r} is required")
    return form


def _fitting(name: str, value: Any, field: Json) -> Value:
    if not _is_of(field.get("type"), value):
        raise ValueError(f"{name!r} must be of the type {field.get('type')}")
    several = isinstance(value, list)
    chosen = _list(value) if several else [value]
    choices = _choices(_table(field.get("items")) if several else field)
    if choices and any(each not in choices for each in chosen):
        raise ValueError(f"{name!r} must be one of {', '.join(map(str, choices))}")
    return int(value) if field.get("type") == "integer" else value


def _is_of(kind: Any, value: Any) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return _is_of("number", value) and float(value).is_integer()
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "array":
            return isinstance(value, list) and all(isinstance(each, str) for each in _list(value))
        case _:
            return False


def _choices(field: Json) -> list[Any]:
    titled = [*_list(field.get("oneOf")), *_list(field.get("anyOf"))]
    return _list(field.get("enum")) or [_table(each)["const"] for each in titled if "const" in _table(each)]


def _table(value: Any) -> Json:
    return cast(Json, value) if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []
