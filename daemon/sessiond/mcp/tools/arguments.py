"""A pydantic model for the arguments of a remote tool: its schema is the server's, and so is the validation.

The engine mends and validates by it as it does for built-in tools (`engine/calls/arguments.py`). Used by
`remote_tool.py`.
"""

from copy import deepcopy
from typing import Any, ClassVar, Self, cast

from pydantic import RootModel, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from sessiond.mcp.tools.checking import Complaint, complaints
from sessiond.mcp.tools.schema import ArgumentSchema, argument_schema


class RemoteArguments(RootModel[dict[str, Any]]):
    """What a server is sent: JSON, under the server's own names. Each tool has a class of its own."""

    shaped_by: ClassVar[ArgumentSchema]

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """As models are told; whoever gets it may change it."""
        return deepcopy(cls.shaped_by.shown)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Raises pydantic's ValidationError, as every model does."""
        arguments = {
            cls.shaped_by.own_names.get(name, name): value for name, value in cast(dict[str, Any], obj).items()
        }
        if found := complaints(cls.shaped_by.whole, arguments):
            raise ValidationError.from_exception_data("arguments", [_line(each, cls.shaped_by) for each in found])
        return cls.model_construct(arguments)


def arguments_model(schema: dict[str, Any]) -> type[RemoteArguments]:
    """Raises ValueError with the reason for a schema that no model can be told."""
    return type("Arguments", (RemoteArguments,), {"shaped_by": argument_schema(schema)})


def _line(complaint: Complaint, schema: ArgumentSchema) -> InitErrorDetails:
    shown_names = {own: shown for shown, own in schema.own_names.items()}
    place = tuple(
        shown_names.get(str(step), step) if not number else step for number, step in enumerate(complaint.place)
    )
    kind = "missing" if complaint.said is None else "schema"
    error = PydanticCustomError(kind, "{said}", {"said": complaint.said or "it is missing"})
    return InitErrorDetails(type=error, loc=place, input=None)
