"""The descriptions of tools as they ship; `engine/context.py` puts the user's own in their place."""

from sessiond.config.prompts import shipped


def tool_prompt(name: str) -> str:
    return shipped(f"tools/{name}.md")
