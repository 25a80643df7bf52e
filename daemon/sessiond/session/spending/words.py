"""Tokens and money in words, for people; the protocol has the exact numbers."""

from decimal import Decimal

from sessiond_protocol.messages import Usage
from sessiond_protocol.wire import Money

SMALLEST = Decimal("0.0001")


def tokens(usage: Usage) -> str:
    """`1200 tokens in, 80 out`."""
    tokens_in = usage.input + usage.cache_read + usage.cache_write
    return f"{tokens_in} tokens in, {usage.output + usage.reasoning} out"


def money(cost: Money | None, at_least: Money = Decimal(0)) -> str:
    """`$0.0123`; where a price is not known, what is known of it."""
    if cost is not None:
        return _dollars(cost)
    return f"at least {_dollars(at_least)}" if at_least else "cost unknown"


def _dollars(cost: Money) -> str:
    return f"less than ${SMALLEST}" if 0 < cost < SMALLEST else f"${cost:.4f}"
