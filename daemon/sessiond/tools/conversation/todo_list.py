"""A list of what is to be done: how models write it, and how it is shown to them.

Used by `todo_write.py` and `todo_read.py`.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from sessiond_protocol.messages import Todo

STATUSES = {
    "todo": "pending",
    "open": "pending",
    "notstarted": "pending",
    "inprogress": "inProgress",
    "active": "inProgress",
    "doing": "inProgress",
    "complete": "completed",
    "done": "completed",
    "canceled": "cancelled",
}
"""Other spellings of a status, without case, `_` and `-`."""


def _status(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    bare = value.strip().lower().replace("_", "").replace("-", "").replace(" ", "")
    return STATUSES.get(bare, bare)


def _priority(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value or "medium"


class Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    content: str = Field(min_length=1, description="What is to be done, in a short sentence.")
    status: Annotated[Literal["pending", "inProgress", "completed", "cancelled"], BeforeValidator(_status)] = Field(
        default="pending", description="How far it is."
    )
    priority: Annotated[Literal["high", "medium", "low"], BeforeValidator(_priority)] = Field(
        default="medium", description="How much it matters."
    )

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, value: Any) -> Any:
        """An entry may be its text alone."""
        return {"content": value} if isinstance(value, str) else value


def shown(todos: Sequence[Todo]) -> str:
    """The list as the model reads it."""
    if not todos:
        return "The list is empty."
    return "\n".join(f"{number}. [{todo.status}] {todo.content}{_mark(todo)}" for number, todo in enumerate(todos, 1))


def title(todos: Sequence[Todo]) -> str:
    """How much is left, for the client."""
    left = sum(todo.status in ("pending", "inProgress") for todo in todos)
    return f"{left} of {len(todos)} left to do" if todos else "Nothing to do"


def _mark(todo: Todo) -> str:
    return "" if todo.priority == "medium" else f" ({todo.priority})"
