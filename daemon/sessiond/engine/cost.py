"""What tokens cost, and how usages add up. Money is Decimal; an unknown price is None, never 0."""

from collections.abc import Iterable
from decimal import Decimal

from sessiond_protocol.messages import Usage
from sessiond_protocol.models import Price, PriceTier

MILLION = Decimal(1_000_000)


def cost_of(usage: Usage, price: Price | None) -> Decimal | None:
    """US dollars of one model call.

    None where the price is not known, or how many tokens there were: an aborted call has its cost, but
    nobody tells it. Reasoning is billed as output. Where no cache price is known, cached tokens count as input:
    the upper bound of what providers bill for reads. A long prompt has a price of its own for all its tokens.
    """
    if price is None or usage == Usage():
        return None
    rate = rate_of(price, usage.input + usage.cache_read + usage.cache_write)
    cache_read = rate.input if rate.cache_read is None else rate.cache_read
    cache_write = rate.input if rate.cache_write is None else rate.cache_write
    return (
        usage.input * rate.input
        + (usage.output + usage.reasoning) * rate.output
        + usage.cache_read * cache_read
        + usage.cache_write * cache_write
    ) / MILLION


def rate_of(price: Price, prompt: int) -> Price | PriceTier:
    """What holds for a prompt of so many tokens, cached ones included: the highest tier that it is above."""
    holding = [tier for tier in price.tiers or () if prompt > tier.above]
    return max(holding, key=lambda tier: tier.above) if holding else price


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


def is_told(usage: Usage, cost: Decimal | None) -> bool:
    """Whether the provider has said how many tokens a call had. A request that it refused had none, and costs 0."""
    return usage != Usage() or cost is not None


def add_told(usage: Usage, cost: Decimal | None, more: Usage, its_cost: Decimal | None) -> tuple[Usage, Decimal | None]:
    """A sum with one more call or turn. One whose tokens nobody told leaves the sum of what is known."""
    if not is_told(more, its_cost):
        return usage, cost
    return add_usage(usage, more), add_cost(cost, its_cost)


def total(calls: Iterable[tuple[Usage, Decimal | None]]) -> tuple[Usage, Decimal | None]:
    """The sum of some calls. Its cost is None where one of them has no price, and where none has told its tokens."""
    given = list(calls)
    told = [call for call in given if is_told(*call)]
    if given and not told:
        return Usage(), None
    usage, cost = Usage(), Decimal(0)
    for call in told:
        usage, cost = add_told(usage, cost, *call)
    return usage, cost
