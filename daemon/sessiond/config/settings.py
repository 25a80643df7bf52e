"""What can be configured, with its defaults; `docs/config.md` explains each key.

Validated by pydantic from what `load.py` has merged. Imported after the first answer is out.
"""

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Api = Literal["openai-chat", "openai-responses", "anthropic", "scripted"]
Rule = Literal["allow", "ask", "deny"]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PriceSettings(Section):
    """US dollars per million tokens."""

    input: Decimal
    output: Decimal
    cache_read: Decimal | None = None
    cache_write: Decimal | None = None


class ModelSettings(Section):
    """What the catalogue does not know of a model, or what overrides it."""

    context: int | None = Field(default=None, gt=0)
    output: int | None = Field(default=None, gt=0)
    price: PriceSettings | None = None
    tools: bool | None = None
    images: bool | None = None
    reasoning: bool | None = None
    temperature: bool | None = None


class ProviderSettings(Section):
    api: Api
    base_url: str | None = None
    api_key_env: str | None = None
    script: str | None = None
    """For `api = "scripted"`: the file of model steps, one JSON object a line."""
    models: dict[str, ModelSettings] = {}


class UnattendedSettings(Section):
    """What happens to a permission question while no client is attached."""

    decision: Literal["allow", "deny"] = "deny"
    after: float = Field(default=60.0, ge=0)


class TimeoutSettings(Section):
    idle: float = Field(default=300.0, gt=0)
    """Seconds without a byte from the model."""


class RetrySettings(Section):
    max_attempts: int = Field(default=5, ge=1)
    max_wait: float = Field(default=300.0, ge=0)
    """Seconds; a provider that asks for a longer wait ends the turn with its reason."""


class Settings(Section):
    model: str | None = None
    small_model: str | None = None
    max_steps: int = Field(default=1000, ge=1)
    provider: dict[str, ProviderSettings] = {}
    permission: dict[str, Rule | dict[str, Rule] | UnattendedSettings] = {}
    timeouts: TimeoutSettings = TimeoutSettings()
    retry: RetrySettings = RetrySettings()
    on_disconnect: Literal["abort", "finish"] = "abort"
    """What an engine with no client left does with its running turns."""
