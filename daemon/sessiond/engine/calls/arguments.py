"""The arguments of a call, mended where their meaning is certain, and what is wrong with them where it is not.

Called by `tool_calls.py` before a tool sees them. One law for all tools, by the schema that models are told
(`mending.py`); what a built-in tool does not know is left out, as models like to add some (decision 0093).
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from sessiond.engine.calls.mending import mended
from sessiond.engine.calls.shapes import ObjectShape
from sessiond.tools.base import Tool
from sessiond.tools.failure import ToolFailed

MAX_COMPLAINTS = 10
MAX_DESCRIPTION = 200
"""Characters of what an argument is for; those of MCP servers write pages."""


def validated(tool: Tool, arguments: dict[str, Any]) -> BaseModel:
    """The arguments as the tool takes them. Raises ToolFailed, naming each wrong one and what is expected."""
    try:
        return tool.parameters.model_validate(repaired(tool.parameters, arguments))
    except ValidationError as error:
        raise ToolFailed(explained(tool, error)) from None


def repaired(parameters: type[BaseModel], arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments under the tool's own names and in the forms it takes. What is not certain stays as it is.

    Raises ToolFailed where one thing is said in two ways that differ.
    """
    return mended(_shape(parameters), arguments)


def explained(tool: Tool, error: ValidationError) -> str:
    """What is wrong with each argument and what is expected, in words a model can act on."""
    complaints = list(_complaints(_shape(tool.parameters), error))
    more = ["(and more)"] if len(complaints) > MAX_COMPLAINTS else []
    lines = "\n".join([*(f"- {line}" for line in complaints[:MAX_COMPLAINTS]), *more])
    return f"The arguments of {tool.name} are not valid:\n{lines}\nSend the call again with these mended."


def _complaints(shape: ObjectShape, error: ValidationError) -> Iterator[str]:
    fields = shape.fields()
    for item in error.errors(include_url=False):
        place = ".".join(str(step) for step in item["loc"]) or "arguments"
        field = fields.get(str(item["loc"][0])) if item["loc"] else None
        description = str(field.node.get("description") or "")[:MAX_DESCRIPTION] if field else ""
        said = "it is missing" if item["type"] == "missing" else item["msg"]
        yield f"{place}: {said}{f' ({description})' if description else ''}"


@lru_cache(maxsize=1024)  # remote tools come and go
def _shape(parameters: type[BaseModel]) -> ObjectShape:
    schema = parameters.model_json_schema()
    return ObjectShape(schema, schema)
