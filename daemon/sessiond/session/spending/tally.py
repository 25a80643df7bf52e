"""Counts model calls: one sum of them, and what a log says of each, by kind of work and by model. Pure."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Literal, TypeAlias

from sessiond.engine.cost import add_usage, is_told
from sessiond_protocol import events as e
from sessiond_protocol.keeping.usage import Spent
from sessiond_protocol.messages import Message, Usage
from sessiond_protocol.wire import Money

Work: TypeAlias = Literal["turns", "summaries", "titles"]


class Sum:
    """Of model calls; grows."""

    def __init__(self) -> None:
        self._usage = Usage()
        self._known = Decimal(0)
        self._unpriced = False
        self._calls = 0
        self._untold = 0

    def count(self, usage: Usage, cost: Money | None) -> None:
        self._calls += 1
        if not is_told(usage, cost):
            self._untold += 1
            return
        self._usage = add_usage(self._usage, usage)
        self._unpriced |= cost is None
        self._known += cost or 0

    def add(self, other: "Sum") -> None:
        self._usage = add_usage(self._usage, other._usage)
        self._known += other._known
        self._unpriced |= other._unpriced
        self._calls += other._calls
        self._untold += other._untold

    def spent(self) -> Spent:
        return Spent(
            usage=self._usage,
            cost=None if self._unpriced else self._known,
            at_least=self._known,
            calls=self._calls,
            untold=self._untold,
        )


class Tally:
    """Of one session's log, or of several."""

    def __init__(self) -> None:
        self.by_work: dict[Work, Sum] = {"turns": Sum(), "summaries": Sum(), "titles": Sum()}
        self.by_model: defaultdict[str, Sum] = defaultdict(Sum)

    def take(self, events: Iterable[e.DurableEvent]) -> None:
        """A session's whole log."""
        open_messages: dict[str, Message] = {}
        for event in events:
            match event:
                case e.MessageAdded(message=message) if message.role == "assistant":
                    open_messages[message.id] = message
                case e.MessageEnded():
                    message = open_messages.pop(event.message_id, None)
                    work: Work = "summaries" if message and message.summary else "turns"
                    self._count(work, (message and message.model) or "", event.usage, event.cost)
                case e.UsageAdded():
                    self._count("titles", event.model, event.usage, event.cost)
                case _:
                    pass

    def total(self) -> Sum:
        total = Sum()
        for part in self.by_work.values():
            total.add(part)
        return total

    def _count(self, work: Work, model: str, usage: Usage, cost: Money | None) -> None:
        self.by_work[work].count(usage, cost)
        self.by_model[model].count(usage, cost)
