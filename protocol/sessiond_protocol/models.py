"""What is said of models and providers: what there is, what it can, what it costs, what it lacks.

Parameters and results of `model/…` and `provider/…`; `methods.py` has the table.
"""

from typing import Literal

import msgspec

from sessiond_protocol.wire import Money, Value, Wire


class PriceTier(Value, frozen=True, omit_defaults=False):
    """What all tokens of a call cost whose prompt is long; US dollars per million."""

    above: int
    """Tokens of the prompt, cached ones included, above which it holds."""
    input: Money
    output: Money
    cache_read: Money | None = None
    cache_write: Money | None = None


class Price(Value, frozen=True, omit_defaults=False):
    """US dollars per million tokens."""

    input: Money
    output: Money
    cache_read: Money | None = None
    cache_write: Money | None = None
    tiers: list[PriceTier] | msgspec.UnsetType = msgspec.UNSET
    """For long prompts, the lowest first; left out where there are none."""


class ModelInfo(Value, frozen=True, omit_defaults=False):
    """A model that can be named `provider/model`. `null` means: not known."""

    id: str
    provider: str
    name: str
    context: int | None = None
    output: int | None = None
    price: Price | None = None
    tools: bool = True
    images: bool = False
    reasoning: bool = False
    usable: bool = True
    why_not: str | None = None


class DirectoryParams(Value, frozen=True):
    directory: str | None = None


class ModelListResult(Wire, omit_defaults=False):
    models: list[ModelInfo]
    default: str | None


class ProviderInfo(Value, frozen=True, omit_defaults=False):
    """A provider and how it was found; `whyNot` says what to do when it is not usable."""

    id: str
    api: str
    base_url: str | None
    usable: bool
    why_not: str | None = None
    source: Literal["builtin", "environment", "config", "discovered", "local", "client"] = "builtin"


class ProviderListResult(Wire):
    providers: list[ProviderInfo]


class SetKeyParams(Value, frozen=True):
    provider: str
    key: str


class SetKeyResult(Wire):
    stored: Literal["keyring", "file"]
