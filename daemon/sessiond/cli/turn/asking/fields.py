"""A field of a form at the terminal: what is asked for, and what a typed line stands for. Used by `question.py`."""

import math
import re
from typing import Any, cast

from sessiond.session.answering.form import Choice, Field
from sessiond.session.answering.formats import FORMATS

LEAVE_OUT = "-"
NOTHING = "0"
"""What stands for no choice at all; choices are counted from 1."""


class Unclear(Exception):
    """A line that is no answer. The text says what one would be."""


def asked_for(field: Field) -> list[str]:
    """What may be typed, choices by their numbers; the last line says what Enter does."""
    choices = [f"  {number} = {_label(choice)}" for number, choice in enumerate(field.choices, 1)]
    return [*choices, "; ".join(filter(None, (_kind(field), _bounds(field), *_shortcuts(field))))]


def value_of(field: Field, line: str) -> Any:
    """The value; None for a field that is left out. Raises Unclear."""
    typed = line.strip()
    if not typed and field.default is not None:
        return field.default
    if not field.required and typed in ("", LEAVE_OUT):
        return None
    if not typed:
        raise Unclear("This must be answered.")
    value = _read(field, typed)
    if problem := field.problem(value):
        raise Unclear(f"It {problem}.")
    return value


def _read(field: Field, typed: str) -> Any:
    match field.kind:
        case "text":
            return typed
        case "number" | "integer":
            return _number(typed)
        case "boolean":
            return _truth(typed)
        case "choice":
            return _chosen(field, typed)
        case "choices":
            numbers = [] if typed == NOTHING else re.split(r"[,\s]+", typed.strip(", "))
            return [_chosen(field, number) for number in numbers]


def _number(typed: str) -> float:
    try:
        return int(typed)
    except ValueError:
        pass
    try:
        number = float(typed)
    except ValueError:
        raise Unclear("It must be a number.") from None
    if not math.isfinite(number):
        raise Unclear("It must be a number.")
    return number


def _truth(typed: str) -> bool:
    match typed.lower():
        case "y" | "yes" | "true":
            return True
        case "n" | "no" | "false":
            return False
        case _:
            raise Unclear("It must be y or n.")


def _chosen(field: Field, typed: str) -> Any:
    if not re.fullmatch(r"[0-9]{1,9}", typed) or not 1 <= int(typed) <= len(field.choices):
        raise Unclear(f"It must be a number from 1 to {len(field.choices)}.")
    return field.choices[int(typed) - 1].value


def _kind(field: Field) -> str:
    match field.kind:
        case "text":
            return FORMATS[field.format].words if field.format else "a text"
        case "number":
            return "a number"
        case "integer":
            return "a whole number"
        case "boolean":
            return "y or n"
        case "choice":
            return "the number of one"
        case "choices":
            return "the numbers of those that apply, with blanks between"


def _bounds(field: Field) -> str:
    unit = {"text": " characters", "choices": " of them"}.get(field.kind, "")
    least = "" if field.least is None else f"at least {field.least:g}"
    most = "" if field.most is None else f"at most {field.most:g}"
    bounds = ", ".join(filter(None, (least, most)))
    return bounds and bounds + unit


def _shortcuts(field: Field) -> list[str]:
    shortcuts = [f"{NOTHING} = none of them"] if field.kind == "choices" and not field.least else []
    if field.default is not None:
        shortcuts.append(f"Enter = {_shown(field, field.default)}")
    if not field.required:
        shortcuts.append(f"{'Enter' if field.default is None else LEAVE_OUT} = leave it out")
    return shortcuts


def _shown(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, list):
        return " ".join(_shown(field, each) for each in cast(list[Any], value)) or NOTHING
    numbers = [number for number, choice in enumerate(field.choices, 1) if choice.value == value]
    return str(numbers[0]) if numbers else " ".join(str(value).split())


def _label(choice: Choice) -> str:
    return " ".join(choice.label.split())
