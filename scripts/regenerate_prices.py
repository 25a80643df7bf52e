"""Writes daemon/sessiond/providers/models/prices.json from the package genai-prices.

Run as `python scripts/regenerate_prices.py` after an update of that package or of models.toml;
a test fails while the file is stale. Not needed to run the daemon: the package and its data would
cost 16 MB and half a second in every process.
"""

import json
import tomllib
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from genai_prices.data import providers
from genai_prices.types import ModelPrice, TieredPrices

DATA = Path(__file__).resolve().parent.parent / "daemon/sessiond/providers/models"
VENDORS = ("anthropic", "openai")
COLUMNS = {
    "input": "input_mtok",
    "output": "output_mtok",
    "cacheRead": "cache_read_mtok",
    "cacheWrite": "cache_write_mtok",
}


def prices(as_of: date) -> dict[str, dict[str, dict[str, Any]]]:
    """US dollars per million tokens by vendor and model, as text so that every digit stays."""
    moment = datetime.combine(as_of, time(), UTC)
    models = tomllib.loads((DATA / "models.toml").read_text())
    by_id = {provider.id: provider for provider in providers}
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for vendor in VENDORS:
        found[vendor] = {}
        for name in models[vendor]:
            known = by_id[vendor].find_model(name)
            if known is not None:
                found[vendor][name] = _row(known.get_prices(moment))
    return found


def _row(price: ModelPrice) -> dict[str, Any]:
    """The base price, and what holds for prompts above some lengths."""
    given = {column: getattr(price, field) for column, field in COLUMNS.items()}
    starts = {tier.start for amount in given.values() if isinstance(amount, TieredPrices) for tier in amount.tiers}
    row: dict[str, Any] = _amounts(given, above=0)
    if starts:
        row["tiers"] = [{"above": start, **_amounts(given, start)} for start in sorted(starts)]
    return row


def _amounts(given: dict[str, Any], above: int) -> dict[str, str]:
    amounts = {column: _amount(price, above) for column, price in given.items()}
    return {column: str(amount) for column, amount in amounts.items() if amount is not None}


def _amount(price: Any, above: int) -> Decimal | None:
    if not isinstance(price, TieredPrices):
        return price
    holding = [tier.price for tier in price.tiers if tier.start <= above]
    return holding[-1] if holding else price.base


if __name__ == "__main__":
    today = datetime.now(UTC).date()
    document = {"asOf": today.isoformat(), **prices(today)}
    (DATA / "prices.json").write_text(json.dumps(document, indent=1) + "\n")
