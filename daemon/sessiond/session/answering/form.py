"""The form that a question asks to have filled in: its fields, and the content that fits them.

Read from a schema by whoever takes answers or asks people. The schema comes from a server and is not trusted:
nothing that it says makes the reading of it raise, and what is not understood is a text.
"""

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, cast

import msgspec

from sessiond.session.answering.formats import FORMATS

LONGEST_TEXT = 64 * 1024
"""Characters, whatever the schema allows."""

CHOICES_NAMED = 20
"""How many of a field's choices an error names."""

Kind: TypeAlias = Literal["text", "number", "integer", "boolean", "choice", "choices"]
KINDS: dict[str | None, Kind] = {"number": "number", "integer": "integer", "boolean": "boolean"}


class Unfit(Exception):
    """A field of an answer that does not fit: `name`, and the `problem` as words that follow the name."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name
        self.problem = problem


class Choice(msgspec.Struct, frozen=True):
    value: Any
    label: str


class Field(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    label: str
    description: str | None
    kind: Kind
    required: bool
    choices: tuple[Choice, ...]
    least: float | None
    """Of a number; of a text, its characters; of several choices, how many. `most` likewise."""
    most: float | None
    format: str | None
    """One of FORMATS."""
    default: Any
    """None where there is none that fits."""

    def problem(self, value: object) -> str | None:
        """What is wrong with a value, as words that follow the field's name."""
        match self.kind:
            case "text":
                return self._problem_of_text(value)
            case "number" | "integer":
                return self._problem_of_number(value)
            case "boolean":
                return None if isinstance(value, bool) else "must be true or false"
            case "choice":
                return None if self._offers(value) else f"must be one of: {self._offered()}"
            case "choices":
                return self._problem_of_choices(value)

    def _problem_of_text(self, value: object) -> str | None:
        if not isinstance(value, str):
            return "must be a text"
        if problem := self._out_of_bounds(len(value), "must have", "characters"):
            return problem
        if len(value) > LONGEST_TEXT:
            return f"must have at most {LONGEST_TEXT} characters"
        if self.format and not FORMATS[self.format].fits(value):
            return f"must be {FORMATS[self.format].words}"
        return None

    def _problem_of_number(self, value: object) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "must be a number"
        if self.kind == "integer" and isinstance(value, float) and not value.is_integer():
            return "must be a whole number"
        return self._out_of_bounds(value, "must be")

    def _problem_of_choices(self, value: object) -> str | None:
        if not isinstance(value, list):
            return f"must be a list of some of: {self._offered()}"
        chosen = cast(list[object], value)
        if not all(map(self._offers, chosen)):
            return f"must be some of: {self._offered()}"
        if len({*map(str, chosen)}) < len(chosen):
            return "must name each choice once"
        return self._out_of_bounds(len(chosen), "must have", "choices")

    def _out_of_bounds(self, size: float, words: str, unit: str = "") -> str | None:
        if self.least is not None and size < self.least:
            return f"{words} at least {self.least:g} {unit}".rstrip()
        if self.most is not None and size > self.most:
            return f"{words} at most {self.most:g} {unit}".rstrip()
        return None

    def _offers(self, value: object) -> bool:
        return any(type(choice.value) is type(value) and choice.value == value for choice in self.choices)

    def _offered(self) -> str:
        more = ["…"] if len(self.choices) > CHOICES_NAMED else []
        return ", ".join([*(str(choice.value) for choice in self.choices[:CHOICES_NAMED]), *more])


def content_of(schema: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, with the defaults of what was not; a null leaves a field out. Raises Unfit."""
    fields = {field.name: field for field in fields_of(schema)}
    for name in given:
        if name not in fields:
            raise Unfit(name, f"is no field of this question; its fields are: {', '.join(fields) or 'none'}")
    values = {name: given.get(name, field.default) for name, field in fields.items()}
    for name, field in fields.items():
        if values[name] is not None and (problem := field.problem(values[name])):
            raise Unfit(name, problem)
        if values[name] is None and field.required:
            raise Unfit(name, "is missing")
    return {name: value for name, value in values.items() if value is not None}


def fields_of(schema: Mapping[str, Any] | None) -> tuple[Field, ...]:
    """The fields in the schema's order; none where only consent is asked for."""
    properties = _mapping((schema or {}).get("properties"))
    required = _list((schema or {}).get("required"))
    return tuple(_field(name, _mapping(property_), name in required) for name, property_ in properties.items())


def _field(name: str, schema: Mapping[str, Any], required: bool) -> Field:
    several = schema.get("type") == "array"
    choices = tuple(_choices(_mapping(schema.get("items")) if several else schema))
    kind: Kind = ("choices" if several else "choice") if choices else KINDS.get(_text(schema.get("type")), "text")
    least, most = BOUNDS[kind]
    field = Field(
        name=name,
        label=_text(schema.get("title")) or name,
        description=_text(schema.get("description")),
        kind=kind,
        required=required,
        choices=choices,
        least=_number(schema.get(least)),
        most=_number(schema.get(most)),
        format=format_ if (format_ := _text(schema.get("format"))) in FORMATS else None,
        default=None,
    )
    default = schema.get("default")
    return field if field.problem(default) else msgspec.structs.replace(field, default=default)


BOUNDS: dict[Kind, tuple[str, str]] = {
    "text": ("minLength", "maxLength"),
    "number": ("minimum", "maximum"),
    "integer": ("minimum", "maximum"),
    "boolean": ("", ""),
    "choice": ("", ""),
    "choices": ("minItems", "maxItems"),
}
"""Where a schema says how little and how much a field of a kind may have."""


def _choices(schema: Mapping[str, Any]) -> Iterable[Choice]:
    """An `enum`, with `enumNames` or without; or `oneOf` and `anyOf` of constants with titles."""
    names = _list(schema.get("enumNames"))
    for number, value in enumerate(_list(schema.get("enum"))):
        if isinstance(value, str | int | float):
            yield Choice(value, (_text(names[number]) if number < len(names) else None) or str(value))
    for each in map(_mapping, (*_list(schema.get("oneOf")), *_list(schema.get("anyOf")))):
        if isinstance(value := each.get("const"), str | int | float):
            yield Choice(value, _text(each.get("title")) or str(value))


def _mapping(value: object) -> Mapping[str, Any]:
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return cast(list[Any], value) if isinstance(value, list) else []


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


def _number(value: object) -> float | None:
    """None also for one that no float can be, which bounds nothing."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) <= sys.float_info.max else None
