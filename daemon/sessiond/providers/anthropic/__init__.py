"""The Messages API, spoken by Anthropic and by compatible servers."""

from sessiond.providers.anthropic.adapter import Anthropic

__all__ = ["Anthropic"]
