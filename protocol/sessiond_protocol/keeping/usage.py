"""What a session has used and cost, by kind of work and by model. The result of `session/usage`.

A cost is that of the tokens beside it. Calls whose tokens nobody told (aborted, or a server that does not count) are
counted apart, since nothing can be known of them.
"""

from sessiond_protocol.messages import Usage
from sessiond_protocol.wire import Money, Value, Wire


class Spent(Value, frozen=True, omit_defaults=False):
    usage: Usage
    cost: Money | None
    """Of all these tokens; `null` when some of them have no known price."""
    at_least: Money
    """The sum of what is known, where `cost` is `null`; else the same."""
    calls: int
    """Of models."""
    untold: int
    """How many of the calls told no tokens; they are in no sum."""


class ModelSpent(Value, frozen=True, omit_defaults=False):
    model: str
    """`provider/model`; empty where the log has lost it."""
    spent: Spent


class UsageResult(Wire, omit_defaults=False):
    """Totals of a session, the running turn and all children included; then the same by kind of work and by model."""

    usage: Usage
    cost: Money | None
    at_least: Money
    calls: int
    untold: int
    children: int
    """How many sessions there are below this one."""
    turns: Spent
    """Answers: the steps of its own turns."""
    summaries: Spent
    titles: Spent
    tasks: Spent
    """All that the children have used."""
    models: list[ModelSpent]
    """The one with the most tokens first, children included."""
