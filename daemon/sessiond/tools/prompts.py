"""The descriptions of tools, as the model reads them, from the prompts package."""

from importlib.resources import files


def tool_prompt(name: str) -> str:
    return (files("sessiond_prompts") / "tools" / f"{name}.md").read_text(encoding="utf-8").strip()
