"""The arguments of a call, mended where their meaning is certain, and what is wrong with them where it is not.

Called by `tool_calls.py` before a tool sees them. Text that was cut is never completed, a value is never
guessed; arguments that a tool does not know are left out, as models like to add some (decision 0093).
"""

from collections.abc import Iterator
from typing import Any, Union, cast, get_args, get_origin

import msgspec
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from sessiond.engine.calls.spellings import WRAPPERS, bare, mean_the_same
from sessiond.tools.base import Tool
from sessiond.tools.failure import ToolFailed


def validated(tool: Tool, arguments: dict[str, Any]) -> BaseModel:
    """The arguments as the tool takes them. Raises ToolFailed, naming each wrong one and what is expected."""
    mended = repaired(tool.parameters, arguments)
    try:
        return tool.parameters.model_validate(mended)
    except ValidationError as error:
        raise ToolFailed(explained(tool, error)) from None


def repaired(parameters: type[BaseModel], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments under the tool's own names and in the forms it takes. What is not certain stays as it is.

    Raises ToolFailed where one thing is said in two ways that differ.
    """
    names = _fields(parameters)
    named = _own_names(names, _unwrapped(names, arguments))
    mended = {name: _value(names[name], value) if name in names else value for name, value in named.items()}
    return {name: value for name, value in mended.items() if not _says_nothing(names.get(name), value)}


def explained(tool: Tool, error: ValidationError) -> str:
    """What is wrong with each argument and what is expected, in words a model can act on."""
    lines = "\n".join(f"- {line}" for line in _complaints(tool, error))
    return f"The arguments of {tool.name} are not valid:\n{lines}\nSend the call again with these mended."


def _complaints(tool: Tool, error: ValidationError) -> Iterator[str]:
    names = _fields(tool.parameters)
    for item in error.errors(include_url=False):
        place = ".".join(str(step) for step in item["loc"]) or "arguments"
        field = names.get(str(item["loc"][0])) if item["loc"] else None
        said = "it is missing" if item["type"] == "missing" else item["msg"]
        expected = f" ({field.description})" if field is not None and field.description else ""
        yield f"{place}: {said}{expected}"


def _fields(parameters: type[BaseModel]) -> dict[str, FieldInfo]:
    """By the names that models are told."""
    return {field.alias or name: field for name, field in parameters.model_fields.items()}


def _unwrapped(names: dict[str, FieldInfo], arguments: dict[str, Any]) -> dict[str, Any]:
    """What is in `{"arguments": {…}}` and the like, where the tool has no argument of that name."""
    if len(arguments) == 1:
        ((name, value),) = arguments.items()
        value = _from_json(value)
        if name in WRAPPERS and isinstance(value, dict) and name not in names:
            return cast(dict[str, Any], value)
    return arguments


def _own_names(names: dict[str, FieldInfo], arguments: dict[str, Any]) -> dict[str, Any]:
    named = {name: value for name, value in arguments.items() if name in names}
    for name, value in arguments.items():
        own = name if name in names else _meant(names, name)
        if own is None or value is None:
            named.setdefault(name, value)
        elif own not in named or named[own] is None:
            named[own] = value
        elif named[own] != value:
            raise ToolFailed(f"`{name}` and `{own}` mean the same argument and differ. Send `{own}` only.")
    return named


def _meant(names: dict[str, FieldInfo], name: str) -> str | None:
    """The tool's own name for an argument, where only one can be meant."""
    spelt = [own for own in names if bare(own) == bare(name)]
    candidates = spelt or [own for own in names if mean_the_same(own, name)]
    return candidates[0] if len(candidates) == 1 else None


def _value(field: FieldInfo, value: Any) -> Any:
    """A value in the form that its field takes; numbers and truth values written as text are pydantic's to read."""
    kinds = _kinds(field.annotation)
    if str not in kinds and (list in kinds or any(map(_is_model, kinds))):
        value = _from_json(value)
    elif str in kinds and int not in kinds and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _inside(field.annotation, value)


def _inside(annotation: Any, value: Any) -> Any:
    """Objects within lists are arguments like the outermost."""
    for option in _options(annotation):
        if isinstance(value, dict) and _is_model(option):
            return repaired(option, cast(dict[str, Any], value))
        if isinstance(value, list) and get_origin(option) is list:
            return _items(get_args(option)[0], cast(list[Any], value))
    return cast(Any, value)


def _items(annotation: Any, values: list[Any]) -> list[Any]:
    return [_inside(annotation, _from_json(value) if _is_model(annotation) else value) for value in values]


def _options(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of `A | B`; of anything else, itself."""
    return get_args(annotation) if _is_union(annotation) else (annotation,)


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, type(int | str))


def _kinds(annotation: Any) -> set[Any]:
    """`list` for `list[str]`, `str` for `str`, both for their union."""
    return {get_origin(option) or option for option in _options(annotation)}


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _from_json(value: Any) -> Any:
    """What a text says that is JSON of a list or an object as a whole; anything else as it is."""
    if not isinstance(value, str) or not value.strip().startswith(("[", "{")):
        return value
    try:
        return msgspec.json.decode(value)
    except (ValueError, RecursionError):
        return value


def _says_nothing(field: FieldInfo | None, value: Any) -> bool:
    """`null` for an argument that may be left out."""
    return value is None and (field is None or not field.is_required())
