"""The Responses API, spoken by OpenAI and by compatible servers."""

from sessiond.providers.openai_responses.adapter import OpenAIResponses

__all__ = ["OpenAIResponses"]
