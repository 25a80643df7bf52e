"""Turns what pydantic says of wrong settings into sentences: where it stands, what it should be.

Pure; used by `load.py`.
"""

import difflib
import types
from collections.abc import Sequence
from typing import Any, NamedTuple, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sessiond.config.errors import ConfigError
from sessiond.config.files.toml import line_of
from sessiond.config.settings import Settings

CLIENT = "the client's settings"


class Layer(NamedTuple):
    """One place that settings come from. `text`: a file's own, to find lines in."""

    source: str
    values: dict[str, Any]
    text: str = ""


def explain(error: ValidationError, layers: Sequence[Layer]) -> ConfigError:
    """One line per wrong key. A union's several complaints about one key become one."""
    lines: dict[tuple[str, ...], str] = {}
    for detail in error.errors(include_url=False, include_input=True):
        path, layer = _place(detail, layers)
        lines.setdefault(path, f"{_where(layer, path)}: {complaint(detail, path)}")
    return ConfigError("\n".join(lines.values()))


def _place(detail: ErrorDetails, layers: Sequence[Layer]) -> tuple[tuple[str, ...], Layer]:
    """The key, and the topmost layer that gives it; of pydantic's path only what stands in the values."""
    steps = tuple(str(step) for step in detail["loc"])
    found = [(_existing(steps, layer.values), -index) for index, layer in enumerate(reversed(layers))]
    length, index = max(found)
    path = steps[: length + 1] if detail["type"] == "missing" else steps[:length]
    return path, layers[len(layers) - 1 + index]


def _existing(steps: tuple[str, ...], values: Any) -> int:
    """How many steps of the path can be gone in these values."""
    if not steps or not isinstance(values, dict):
        return 0
    table = cast(dict[str, Any], values)
    return 1 + _existing(steps[1:], table[steps[0]]) if steps[0] in table else 0


def _where(layer: Layer, path: tuple[str, ...]) -> str:
    line = line_of(layer.text, path)
    place = f"{layer.source}, line {line}" if line else layer.source
    return f"{place}: `{'.'.join(path)}`"


def complaint(detail: ErrorDetails, path: tuple[str, ...]) -> str:
    """What is wrong with the value at `path`, as a sentence."""
    if detail["type"] == "extra_forbidden":
        near = difflib.get_close_matches(path[-1], known := _known_keys(path[:-1]), n=3)
        meant = f"Did you mean {' or '.join(f'`{key}`' for key in near)}?" if near else f"Known are {', '.join(known)}."
        return f"no such setting. {meant}"
    if detail["type"] == "missing":
        return "is needed here."
    if path[0] == "permission":
        return f"must be allow, ask or deny, or a table of patterns with these; not {_short(detail['input'])}."
    if detail["type"] == "value_error":
        return f"{detail['msg'].removeprefix('Value error, ')}."
    if detail["type"] == "model_type":
        return f"should be a table; not {_short(detail['input'])}."
    return f"{detail['msg'].replace('Input should', 'should')}; not {_short(detail['input'])}."


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _known_keys(path: Sequence[str]) -> list[str]:
    kind: Any = Settings
    for step in path:
        kind = _member(kind, step)
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _member(kind: Any, step: str) -> Any:
    """The type one step further: a field of a section, a value of a table, a union's section."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        field = kind.model_fields.get(step)
        return _section_of(field.annotation) if field else None
    if get_origin(kind) is dict:
        return _section_of(get_args(kind)[1])
    return None


def _section_of(kind: Any) -> Any:
    if get_origin(kind) not in (Union, types.UnionType):
        return kind
    sections = [member for member in get_args(kind) if isinstance(member, type) and issubclass(member, BaseModel)]
    return sections[0] if sections else kind
