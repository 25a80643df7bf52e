"""Families of models that were trained on different tools and heed different words. Pure.

Told by the name, since a family is served by many providers under the same names.
"""

import re
from typing import Literal

Family = Literal["anthropic", "openai", "default"]

_OPENAI = re.compile(r"(?:^|[/_-])(?:gpt|chatgpt|codex|o[1-9])(?:[-.:]|\d|$)", re.IGNORECASE)


def family_of(model: str) -> Family:
    """The family of a model, by the provider's own name of it: `claude-opus-5`, `openai/gpt-6.2`, `qwen`."""
    if "claude" in model.lower():
        return "anthropic"
    return "openai" if _OPENAI.search(model) else "default"
