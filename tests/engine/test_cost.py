"""What tokens cost: long prompts by their own price, unknown prices never as 0."""

from decimal import Decimal

import pytest

from sessiond.config.settings import ModelSettings, PriceSettings, PriceTierSettings
from sessiond.engine.cost import cost_of, total
from sessiond.providers.models.catalog import Catalog
from sessiond_protocol.messages import Usage
from sessiond_protocol.models import Price, PriceTier

TIERED = Price(
    input=Decimal(1),
    output=Decimal(10),
    cache_read=Decimal("0.1"),
    tiers=[
        PriceTier(above=1000, input=Decimal(2), output=Decimal(20), cache_read=Decimal("0.2")),
        PriceTier(above=5000, input=Decimal(4), output=Decimal(40)),
    ],
)


@pytest.mark.parametrize(
    ("usage", "millionths"),
    [
        (Usage(input=1000, output=1), 1010),
        (Usage(input=1001, output=1), 2022),
        (Usage(input=500, cache_read=501, output=1, reasoning=1), 1000 + Decimal("100.2") + 40),
        (Usage(input=500, cache_write=4501), 20004),
        (Usage(output=1_000_000), 10_000_000),
    ],
)
def test_the_whole_prompt_says_which_price_holds_for_all_tokens(usage: Usage, millionths: Decimal | int) -> None:
    assert cost_of(usage, TIERED) == Decimal(millionths) / 1_000_000


def test_the_catalogue_knows_the_price_of_long_prompts_and_so_may_the_settings() -> None:
    known = Catalog().find("anthropic", "anthropic", "claude-sonnet-4-5").price
    tier = PriceTier(
        above=200_000,
        input=Decimal(6),
        output=Decimal("22.5"),
        cache_read=Decimal("0.6"),
        cache_write=Decimal("7.5"),
    )
    assert known is not None
    assert known.tiers == [tier]
    own = PriceSettings(
        input=Decimal(1),
        output=Decimal(2),
        tiers=[PriceTierSettings(above=9, input=Decimal(3), output=Decimal(4))],
    )
    given = Catalog().find("box", "openai-chat", "mine", ModelSettings(price=own)).price
    assert given == Price(
        input=Decimal(1), output=Decimal(2), tiers=[PriceTier(above=9, input=Decimal(3), output=Decimal(4))]
    )


def test_a_sum_is_unknown_with_one_unpriced_part_and_bears_with_what_nobody_told() -> None:
    told, untold, unpriced = (Usage(input=1), Decimal(1)), (Usage(), None), (Usage(input=2), None)
    assert total([]) == (Usage(), Decimal(0))
    assert total([untold]) == (Usage(), None)
    assert total([told, untold]) == told
    assert total([told, unpriced]) == (Usage(input=3), None)
    assert total([(Usage(), Decimal(0))]) == (Usage(), Decimal(0))
