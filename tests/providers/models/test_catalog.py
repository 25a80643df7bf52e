"""The offline catalogue: what it knows, what it guesses, and that its prices are those of their source."""

import json
import runpy
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sessiond.config.settings import ModelSettings, PriceSettings
from sessiond.providers.models.catalog import Catalog, ModelFacts, billions_of_weights
from sessiond_protocol.models import Price

ROOT = Path(__file__).parents[3]
CATALOG = Catalog()


def test_a_model_of_a_vendor_is_known_with_its_price_and_without_the_date_in_its_name():
    facts = CATALOG.find("anthropic", "anthropic", "claude-haiku-4-5-20251001")

    price = Price(input=Decimal(1), output=Decimal(5), cache_read=Decimal("0.1"), cache_write=Decimal("1.25"))
    assert facts == ModelFacts(context=200_000, output=64_000, price=price, images=True, reasoning=True)


def test_the_newest_models_take_no_temperature():
    assert not CATALOG.find("openai", "openai-responses", "gpt-6.1-sol").temperature
    assert not CATALOG.find("anthropic", "anthropic", "claude-sonnet-5-5").temperature
    assert CATALOG.find("openai", "openai-responses", "gpt-4o").temperature


def test_a_price_is_the_vendors_own_and_nobody_elses():
    assert CATALOG.find("openai", "openai-responses", "gpt-5").price is not None
    assert CATALOG.find("work", "openai-responses", "gpt-5").price is None


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("qwen2.5-coder:7b", 32_768),
        ("Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf", 32_768),
        ("unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF", 262_144),
        ("gpt-oss:20b", 131_072),
    ],
)
def test_open_weights_are_known_under_whatever_name_a_server_gives_them(name: str, context: int):
    facts = CATALOG.find("ollama", "openai-chat", name)
    assert (facts.context, facts.known, facts.price) == (context, True, None)


def test_of_an_unknown_model_little_is_assumed():
    assert CATALOG.find("work", "openai-chat", "what-is-this") == ModelFacts(known=False)


def test_the_users_word_counts_before_the_catalogues():
    price = PriceSettings(input=Decimal("0.5"), output=Decimal(2))
    overrides = ModelSettings(context=9_000, images=False, price=price)

    facts = CATALOG.find("openai", "openai-responses", "gpt-4o", overrides)

    assert (facts.context, facts.output, facts.images) == (9_000, 16_384, False)
    assert facts.price == Price(input=Decimal("0.5"), output=Decimal(2))


def test_the_prices_are_those_of_their_source():
    """Stale: run `python scripts/regenerate_prices.py`."""
    script = runpy.run_path(str(ROOT / "scripts/regenerate_prices.py"))
    committed = json.loads((ROOT / "daemon/sessiond/providers/models/prices.json").read_text())

    as_of = date.fromisoformat(committed.pop("asOf"))
    assert committed == script["prices"](as_of)


def test_every_model_has_sane_limits():
    for vendor, api in (("anthropic", "anthropic"), ("openai", "openai-responses")):
        for name in CATALOG.names(vendor):
            facts = CATALOG.find(vendor, api, name)
            assert 4_096 <= facts.output < facts.context <= 2_000_000, name


@pytest.mark.parametrize(
    ("name", "billions"),
    [("qwen2.5-coder:1.5b", 1.5), ("SmolLM2-135M-Instruct", 0.135), ("qwen3:30b-a3b", 30.0), ("gpt-oss", None)],
)
def test_the_size_of_open_weights_is_read_from_their_name(name: str, billions: float | None):
    assert billions_of_weights(name) == billions
