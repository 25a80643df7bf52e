"""What tokens cost, and how usages add up. Money is Decimal; an unknown price is None, never 0."""

from decimal import Decimal

from sessiond_protocol.messages import Usage
from sessiond_protocol.models import Price

MILLION = Decimal(1_000_000)


def cost_of(usage: Usage, price: Price | None) -> Decimal | None:
    """US dollars of one model call.

    None where the price is not known, or how many tokens there were: an aborted call has its cost, but
    nobody tells it. Reasoning is billed as output. Where no cache price is known, cached tokens count as input:
    the upper bound of what providers bill for reads.
    """
    if price is None or usage == Usage():
        return None
    cache_read = price.input if price.cache_read is None else price.cache_read
    cache_write = price.input if price.cache_write is None else price.cache_write
    return (
        usage.input * price.input
        + (usage.output + usage.reasoning) * price.output
        + usage.cache_read * cache_read
        + usage.cache_write * cache_write
    ) / MILLION


def nothing_of(price: Price | None) -> Decimal | None:
    """The cost of a call that was not taken: none, where there is a price at all."""
    return None if price is None else Decimal(0)


def add_usage(a: Usage, b: Usage) -> Usage:
    return Usage(
        input=a.input + b.input,
        output=a.output + b.output,
        reasoning=a.reasoning + b.reasoning,
        cache_read=a.cache_read + b.cache_read,
        cache_write=a.cache_write + b.cache_write,
    )


def add_cost(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    """A sum with an unknown part is unknown."""
    return None if a is None or b is None else a + b


def add_turn(
    usage: Usage, cost: Decimal | None, turn_usage: Usage, turn_cost: Decimal | None
) -> tuple[Usage, Decimal | None]:
    """A session's totals with one more turn. One whose tokens nobody told leaves the sum of what is known."""
    if turn_usage == Usage():
        return usage, cost
    return add_usage(usage, turn_usage), add_cost(cost, turn_cost)
