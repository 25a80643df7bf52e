"""Hypothesis strategies for durable events and whole logs of them, numbered as the session room does."""

from collections.abc import Sequence

from hypothesis import strategies as st

from sessiond_protocol.events import DurableEvent
from support.wire_values import values_of

EVENTS: st.SearchStrategy[DurableEvent] = values_of(DurableEvent)
"""Any durable event, with any content."""


def numbered(events: Sequence[DurableEvent], first: int = 1) -> list[DurableEvent]:
    """Gives events their `seq`."""
    for seq, event in enumerate(events, first):
        event.seq = seq
    return list(events)


LOGS = st.lists(EVENTS, min_size=1, max_size=6).map(numbered)
"""Some events, numbered from 1."""
