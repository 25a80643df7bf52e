"""The chat completions API, spoken by OpenAI's servers and by every compatible one."""

from sessiond.providers.openai_chat.adapter import OpenAIChat

__all__ = ["OpenAIChat"]
