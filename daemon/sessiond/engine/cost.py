"""What tokens cost, and how usages add up. Money is Decimal; an unknown price is None, never 0."""

from decimal import Decimal

from sessiond_protocol.messages import Usage
from sessiond_protocol.models import Price

MILLION = Decimal(1_000_000)


def cost_of(usage: Usage, price: Price | None) -> Decimal | None:
    """US dollars of one model call.

    Reasoning is billed as output. Where no cache price is known, cached tokens count as input:
    the upper bound of what providers bill for reads.
    """
    if price is None:
        return None
    cache_read = price.input if price.cache_read is None else price.cache_read
    cache_write = price.input if price.cache_write is None else price.cache_write
    return (
        usage.input * price.input
        + (usage.output + usage.reasoning) * price.output
        + usage.cache_read * cache_read
        + usage.cache_write * cache_write
    ) / MILLION


def add_usage(a: Usage, b: Usage) -> Usage:
    return Usage(
        input=a.input + b.input,
        output=a.output + b.output,
        reasoning=a.reasoning + b.reasoning,
        cache_read=a.cache_read + b.cache_read,
        cache_write=a.cache_write + b.cache_write,
    )


def add_call(
    usage: Usage, cost: Decimal | None, call_usage: Usage, call_cost: Decimal | None
) -> tuple[Usage, Decimal | None]:
    """Totals with one more call in them. A sum with an unknown part is unknown; no tokens cost nothing."""
    if call_usage == Usage():
        return usage, cost
    return add_usage(usage, call_usage), None if cost is None or call_cost is None else cost + call_cost
